#include "session/expectation_check.hpp"

#include "core/joined.hpp"

#include <tracetcp/diagnose.hpp>
#include <tracetcp/sentences.hpp>

#include <fmt/core.h>

namespace tracetcp {
namespace {

constexpr std::size_t most_unmet_shown = 5;

/// A RST that the target did not send is a way to block a port.
bool meets(Expectation expected, EndKind end) {
  switch (expected) {
    case Expectation::open:
      return end == EndKind::open || end == EndKind::proxy || end == EndKind::accepted;
    case Expectation::closed:
      return end == EndKind::closed;
    case Expectation::blocked:
      return end == EndKind::silent || end == EndKind::rejected || end == EndKind::forged_reset;
  }
  return false;
}

std::string what_is(EndKind end) {
  switch (end) {
    case EndKind::forged_reset:
      return "reset by a forged RST";
    case EndKind::incomplete:
      return "not decided";
    case EndKind::proxy:
    case EndKind::accepted:
      return "open";
    case EndKind::open:
    case EndKind::closed:
    case EndKind::rejected:
    case EndKind::silent:
    case EndKind::unknown:
      break;
  }
  return std::string(name(end));
}

/// The verdict's sentence behind "is", where the port has been named: "silent: dropped behind hop
/// 2".
std::string explained(const std::string& is, const Trace& trace) {
  std::string why = sentence(trace);
  const std::string prefix = fmt::format("Port {}: ", trace.target.port.value);
  if (why.starts_with(prefix)) why.erase(0, prefix.size());
  return why.starts_with(is) ? why : is + ": " + why;
}

}  // namespace

std::string_view name(Expectation expectation) {
  switch (expectation) {
    case Expectation::open:
      return "open";
    case Expectation::closed:
      return "closed";
    case Expectation::blocked:
      return "blocked";
  }
  return "unknown";
}

void ExpectationCheck::take(const Endpoint& target, const Verdict& verdict,
                            const Diagnosis& diagnosis, const Trace* trace) {
  const EndKind end = end_kind(verdict, diagnosis);
  if (!expected_ || end == EndKind::unknown) return;
  ++taken_;
  if (meets(*expected_, end)) return;
  ++unmet_;
  one_address_ =
      one_address_ && (shown_.empty() || shown_.front().target.address == target.address);
  if (shown_.size() == most_unmet_shown) return;
  const std::string is = what_is(end);
  shown_.push_back(
      {.target = target, .is = is, .explained = trace == nullptr ? is : explained(is, *trace)});
}

std::string ExpectationCheck::text() const {
  if (holds()) return "";
  const Unmet& first = shown_.front();
  const std::string address = first.target.address.text();
  if (unmet_ == 1) {
    return fmt::format("port {} of {}{} was expected to be {}, but is {}", first.target.port.value,
                       address, taken_ == 1 ? "" : fmt::format(", one of {} ports,", taken_),
                       name(*expected_), first.explained);
  }
  std::vector<std::string> ports;
  for (const Unmet& one : shown_) {
    ports.push_back(fmt::format(
        "{} is {}",
        one_address_ ? std::to_string(one.target.port.value) : tracetcp::text(one.target), one.is));
  }
  if (unmet_ > shown_.size()) ports.push_back(fmt::format("and {} more", unmet_ - shown_.size()));
  return fmt::format("{} of {} ports{} were expected to be {}, but are not: {}", unmet_, taken_,
                     one_address_ ? " of " + address : "", name(*expected_), joined(ports, ", "));
}

}  // namespace tracetcp
