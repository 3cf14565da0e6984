#include "compare/comparing.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <cmath>

namespace tracetcp::comparing {
namespace {

bool is_answered(const RecordedPort& port) {
  return port.state == "open" || port.state == "closed" || port.state == "rejected";
}

/// SYNs that go as far as that TTL and were not answered.
int unanswered_from(const RecordedPort& port, int ttl) {
  int count = 0;
  for (const auto& [hop, probes] : port.hops) {
    if (hop < ttl) continue;
    count += static_cast<int>(std::count_if(
        probes.begin(), probes.end(), [](const auto& probe) { return probe.reply == "none"; }));
  }
  return count;
}

/// Whether the router answered all SYNs that expired at it, and more of them than a limiter's usual
/// burst of six (Linux by default): so it limits nothing, and would have rejected a SYN that it
/// rejects.
bool answers_always(const RecordedPort& port, const Address& router) {
  int answers = 0;
  for (const auto& [ttl, probes] : port.hops) {
    const bool is_hop = std::any_of(probes.begin(), probes.end(), [&](const RecordedProbe& probe) {
      return probe.from == router && probe.reply == "time-exceeded";
    });
    if (!is_hop) continue;
    for (const RecordedProbe& probe : probes) {
      if (probe.reply == "none") return false;
      ++answers;
    }
  }
  constexpr int usual_burst = 6;
  return answers > usual_burst;
}

/// Whether the port is silent in one where it answers in the other, and not by chance.
bool is_no_accident(const RecordedPort& silent, const RecordedPort& answered, double loss) {
  if (!answered.ttl) return false;
  const bool is_rejected = answered.state == "rejected";
  if (is_rejected && !(answered.from && answers_always(silent, *answered.from))) return false;
  const int reaches = *answered.ttl + (is_rejected ? 1 : 0);
  return std::pow(loss, unanswered_from(silent, reaches)) < almost_none;
}

bool is_other_state(const Pair& pair) {
  const RecordedPort& before = pair.before;
  const RecordedPort& after = pair.after;
  if (before.state == after.state) return false;
  if (is_answered(before) && is_answered(after)) return true;
  if (before.state == "silent" && is_answered(after)) {
    return is_no_accident(before, after, pair.loss);
  }
  if (after.state == "silent" && is_answered(before)) {
    return is_no_accident(after, before, pair.loss);
  }
  return false;
}

/// The same state, but another machine answers.
bool is_by_other(const Pair& pair) {
  const RecordedPort& before = pair.before;
  const RecordedPort& after = pair.after;
  if (before.state != after.state || !is_answered(before)) return false;
  if (before.state == "rejected")
    return pair.same_flow && !pair.spread && before.from != after.from;
  return !before.answered_by.empty() && !after.answered_by.empty() &&
         before.answered_by != after.answered_by && before.return_hops && after.return_hops &&
         before.return_hops != after.return_hops;
}

std::string word_of(const RecordedPort& port) {
  if (port.answered_by == "proxy" || port.answered_by == "forged-reset") {
    return fmt::format("{} ({})", port.state, port.answered_by);
  }
  return port.state;
}

}  // namespace

void compare_verdicts(const Pair& pair, std::vector<Change>& changes) {
  const RecordedPort& before = pair.before;
  const RecordedPort& after = pair.after;
  for (const RecordedPort* one : {&before, &after}) {
    if (one->cut_short || one->contradicted || one->state.empty()) return;
  }
  if (!is_other_state(pair) && !is_by_other(pair)) return;
  changes.push_back(
      {.kind = ChangeKind::verdict,
       .ttl = after.ttl,
       .before = word_of(before),
       .after = word_of(after),
       .text = fmt::format("Port {} was {} and is {}: {} Before: {}", after.target.port.value,
                           word_of(before), word_of(after), after.text, before.text)});
}

}  // namespace tracetcp::comparing
