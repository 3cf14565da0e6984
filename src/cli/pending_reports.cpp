#include "cli/pending_reports.hpp"

#include "cli/responders.hpp"

#include <algorithm>
#include <utility>

namespace tracetcp::cli {

void PendingReports::add(FoundTrace found, const RunCounts& counts) {
  std::vector<Address> unknown = responders(found.trace);
  if (parts_.header_has_name) unknown.push_back(found.trace.target.address);
  std::sort(unknown.begin(), unknown.end());
  unknown.erase(std::unique(unknown.begin(), unknown.end()), unknown.end());
  for (const Address address : unknown) parts_.names.ask(address);
  pending_.push_back({.found = std::move(found),
                      .counts = counts,
                      .unknown = std::move(unknown),
                      .due = parts_.now() + patience_for_names});
  constexpr std::size_t most = 1000;  // so that memory is bounded
  print_all_but(most);
}

void PendingReports::tick() {
  while (!pending_.empty() && is_ready(pending_.front())) {
    parts_.print(pending_.front().found, pending_.front().counts);
    pending_.pop_front();
  }
}

bool PendingReports::is_ready(Pending& pending) const {
  std::erase_if(pending.unknown,
                [&](Address address) { return parts_.names.of(address).has_value(); });
  return pending.unknown.empty() || parts_.now() >= pending.due;
}

void PendingReports::print_all_but(std::size_t few) {
  for (tick(); pending_.size() > few; tick()) parts_.wait(pending_.front().due);
}

}  // namespace tracetcp::cli
