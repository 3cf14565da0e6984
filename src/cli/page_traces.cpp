#include "cli/page_traces.hpp"

#include <tracetcp/diagnose.hpp>

#include <algorithm>
#include <utility>

namespace tracetcp {

void PageTraces::take(const Trace& trace, Endpoint source) {
  if (!is_wanted_) return;
  fates_.add(trace);
  keep({.trace = trace, .source = source});
}

void PageTraces::take_control(const Trace& trace, Endpoint source) {
  if (is_wanted_) keep({.trace = trace, .source = source, .is_control = true});
}

void PageTraces::keep(PageTrace one) {
  if (traces_.size() == most_page_traces) {
    ++more_;
    return;
  }
  traces_.push_back(std::move(one));
}

void PageTraces::diagnose_all() {
  std::vector<Digest> digests;
  digests.reserve(traces_.size());
  for (const PageTrace& one : traces_) digests.push_back(digest(one.trace));
  const auto others = telling(digests);
  for (std::size_t i = 0; i < traces_.size(); ++i) {
    traces_[i].trace.diagnosis = diagnose(digests[i], others);
  }
}

void PageTraces::hand_on(Page& page, bool one_target) {
  // What was asked for comes first.
  std::stable_partition(traces_.begin(), traces_.end(),
                        [](const PageTrace& one) { return !one.is_control; });
  page.traces = std::move(traces_);
  page.more_traces = more_;
  std::size_t ports = 0;
  for (const auto& group : fates_.groups()) ports += group.second.size();
  if (one_target && ports > 1) page.fates = fates_.groups();
}

}  // namespace tracetcp
