#include "compare/comparing.hpp"
#include "diagnose/significance.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <set>

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

/// How often a host would have answered SYNs that go as far as that TTL, had it an open port. It
/// answers SYNs of one connection at most every 500 ms (Linux: net.ipv4.tcp_invalid_ratelimit),
/// and repeats its SYN-ACK after 1, 3 and 7 s (RFC 6298, section 2).
int answers_due_from(const RecordedPort& port, int ttl) {
  const bool are_connections =
      std::any_of(port.sources.begin(), port.sources.end(),
                  [](const auto& source) { return source.port.value == 0; });
  if (are_connections) return unanswered_from(port, ttl);
  std::map<std::size_t, std::set<double>> sent;  // by trace
  for (const auto& [hop, probes] : port.hops) {
    if (hop < ttl) continue;
    for (const RecordedProbe& probe : probes) sent[probe.trace].insert(probe.sent_ms.value_or(0));
  }
  constexpr double least_between = 500;
  int due = 0;
  for (const auto& [trace, times] : sent) {
    double next = 0;
    for (const double time : times) {
      if (time < next) continue;
      ++due;
      next = time + least_between;
    }
    for (const double later : {1000, 3000, 7000}) {
      if (*times.begin() + later < port.elapsed_ms[trace]) ++due;
    }
  }
  return due;
}

/// The chance that of the hops before the target which answered in one trace none does in the
/// other, beyond its last answer, if as many got lost in both.
double chance_of_silent_hops(const RecordedPort& silent, const RecordedPort& answered) {
  int last = 0;
  for (const auto& [ttl, probes] : silent.hops) {
    if (answers_at(silent, ttl) != 0) last = ttl;
  }
  diagnosing::Counts before;
  diagnosing::Counts now;
  for (const auto& [ttl, probes] : answered.hops) {
    const int answers = answers_at(answered, ttl);
    if (ttl <= last || ttl >= *answered.ttl || answers == 0) continue;
    before += {.asked = asked_at(answered, ttl), .answered = answers};
    now.asked += asked_at(silent, ttl);
  }
  return diagnosing::chance_of_so_few(now, before);
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
bool is_no_accident(const RecordedPort& silent, const RecordedPort& answered, const Pair& pair) {
  if (!answered.ttl) return false;
  if (answered.state == "open") {
    constexpr double hardly_ever = 1e-5;
    const double of_hops = chance_of_silent_hops(silent, answered);
    const double of_target = std::pow(pair.far_loss, answers_due_from(silent, *answered.ttl));
    return of_hops * of_target < hardly_ever;
  }
  const bool is_rejected = answered.state == "rejected";
  if (is_rejected && !(answered.from && answers_always(silent, *answered.from))) return false;
  const int reaches = *answered.ttl + (is_rejected ? 1 : 0);
  return std::pow(pair.loss, unanswered_from(silent, reaches)) < almost_none;
}

bool is_other_state(const Pair& pair) {
  const RecordedPort& before = pair.before;
  const RecordedPort& after = pair.after;
  if (before.state == after.state) return false;
  if (is_answered(before) && is_answered(after)) return true;
  if (before.state == "silent" && is_answered(after)) {
    return is_no_accident(before, after, pair);
  }
  if (after.state == "silent" && is_answered(before)) {
    return is_no_accident(after, before, pair);
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
