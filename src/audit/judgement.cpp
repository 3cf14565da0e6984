#include <tracetcp/audit.hpp>
#include <tracetcp/diagnose.hpp>

#include <algorithm>

namespace tracetcp {
namespace {

constexpr int enough_rounds = 2;

/// What a trace shows, whatever the rule is.
struct Shown {
  Way way = Way::unknown;
  Undecided undecided = Undecided::no;
};

Shown undecided(Undecided why) {
  return {.undecided = why};
}

bool has_shown(const Diagnosis& diagnosis, FindingKind kind) {
  return std::any_of(diagnosis.findings.begin(), diagnosis.findings.end(),
                     [&](const Finding& finding) {
                       return finding.kind() == kind && finding.confidence != Confidence::not_sure;
                     });
}

/// A RST that a finding shows not to be the target's. That answers contradict each other does not
/// show whose they are.
bool is_forged(const Trace& trace) {
  return path_end(trace).kind == EndKind::forged_reset &&
         has_shown(trace.diagnosis, FindingKind::forged_reset);
}

Shown shown_by_closed(const Trace& trace) {
  const Diagnosis& diagnosis = trace.diagnosis;
  if (is_forged(trace)) return {.way = Way::blocked};
  if (diagnosis.has(FindingKind::contradiction)) return undecided(Undecided::contradiction);
  if (diagnosis.has(FindingKind::forged_reset) ||
      diagnosis.answered_by == AnsweredBy::forged_reset) {
    return undecided(Undecided::reset_by_somebody);
  }
  return {.way = Way::clear};
}

Shown shown_by_open(const Trace& trace) {
  const Diagnosis& diagnosis = trace.diagnosis;
  if (diagnosis.has(FindingKind::contradiction)) return undecided(Undecided::contradiction);
  if (has_shown(diagnosis, FindingKind::proxy)) return undecided(Undecided::proxy);
  return {.way = Way::clear};
}

Shown shown_by_silence(const Trace& trace, int silent_before) {
  if (may_not_have_left(trace)) return undecided(Undecided::not_seen_leaving);
  const bool is_enough = rounds_of_silence(trace) + silent_before >= enough_rounds;
  return is_enough ? Shown{.way = Way::blocked} : undecided(Undecided::silent_once);
}

Shown shown_by(const Trace& trace, int silent_before) {
  if (trace.cut_short()) return undecided(Undecided::cut_short);
  switch (trace.verdict.state) {
    case State::open:
      return shown_by_open(trace);
    case State::closed:
      return shown_by_closed(trace);
    case State::rejected:
      if (trace.diagnosis.has(FindingKind::contradiction)) {
        return undecided(Undecided::contradiction);
      }
      return {.way = Way::blocked};
    case State::silent:
      return shown_by_silence(trace, silent_before);
    case State::incomplete:
      return undecided(Undecided::hops_left);
    case State::unknown:
      break;
  }
  return undecided(Undecided::not_seen_leaving);
}

void add_once(std::vector<Address>& to, const Address& address) {
  if (std::find(to.begin(), to.end(), address) == to.end()) to.push_back(address);
}

/// All routers that answered at that hop: a load balancer's are one hop.
void add_routers(const Trace& trace, Ttl ttl, std::vector<Address>& to) {
  for (const Hop& hop : trace.hops) {
    if (hop.ttl != ttl) continue;
    for (const ProbeRecord& probe : hop.probes) {
      const Reply* answer = probe.answer();
      if (answer != nullptr && answer->kind == ReplyKind::time_exceeded) {
        add_once(to, answer->from);
      }
    }
  }
}

/// Who answered, and of a block who is the last on the way that did.
std::vector<Address> places_of(const Trace& trace) {
  std::vector<Address> places;
  if (is_forged(trace)) {  // its source address is the target's, in whose name it is sent
    if (trace.diagnosis.at.address) places.push_back(*trace.diagnosis.at.address);
    return places;
  }
  if (trace.verdict.from) places.push_back(*trace.verdict.from);
  if (trace.verdict.state == State::silent && trace.verdict.ttl) {
    add_routers(trace, *trace.verdict.ttl, places);
  }
  return places;
}

bool is_met(Claim claim, Way way, State state) {
  switch (claim) {
    case Claim::open:
    case Claim::closed:
      return way == Way::clear && state == (claim == Claim::open ? State::open : State::closed);
    case Claim::blocked:
      return way == Way::blocked;
    case Claim::reachable:
      return way == Way::clear;
  }
  return false;
}

}  // namespace

std::string_view name(Claim claim) {
  switch (claim) {
    case Claim::open:
      return "open";
    case Claim::closed:
      return "closed";
    case Claim::blocked:
      return "blocked";
    case Claim::reachable:
      return "reachable";
  }
  return "unknown";
}

std::string_view name(RuleOutcome outcome) {
  switch (outcome) {
    case RuleOutcome::holds:
      return "holds";
    case RuleOutcome::fails:
      return "fails";
    case RuleOutcome::unknown:
      break;
  }
  return "unknown";
}

RuleOutcome worse(RuleOutcome one, RuleOutcome other) {
  if (one == RuleOutcome::fails || other == RuleOutcome::fails) return RuleOutcome::fails;
  if (one == RuleOutcome::unknown || other == RuleOutcome::unknown) return RuleOutcome::unknown;
  return RuleOutcome::holds;
}

int rounds_of_silence(const Trace& trace) {
  int rounds = 0;
  for (const HopDigest& hop : digest(trace).hops) {
    if (trace.verdict.ttl && hop.ttl <= *trace.verdict.ttl) continue;
    rounds = std::max(rounds, hop.asked - hop.answered);
  }
  return rounds;
}

Judgement judge(const Rule& rule, const Trace& trace, int silent_before) {
  const Shown shown = shown_by(trace, silent_before);
  Judgement judgement{.way = shown.way, .undecided = shown.undecided};
  if (shown.way == Way::unknown) return judgement;
  judgement.at = places_of(trace);
  if (!is_met(rule.claim, shown.way, trace.verdict.state)) {
    judgement.outcome = RuleOutcome::fails;
    return judgement;
  }
  judgement.outcome = RuleOutcome::holds;
  const auto& at = judgement.at;
  if (!rule.at || std::find(at.begin(), at.end(), *rule.at) != at.end()) return judgement;
  if (at.empty()) {
    judgement.outcome = RuleOutcome::unknown;
    judgement.undecided = Undecided::no_place;
    return judgement;
  }
  judgement.outcome = RuleOutcome::fails;
  judgement.elsewhere = true;
  return judgement;
}

}  // namespace tracetcp
