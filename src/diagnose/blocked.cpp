#include "diagnose/findings.hpp"
#include "diagnose/run_loss.hpp"

#include <algorithm>
#include <cmath>
#include <map>

namespace tracetcp::diagnosing {
namespace {

/// What other ports whose path goes on show of one TTL.
struct Shown {
  int asked = 0;
  int answered = 0;
  int rounds = 0;                  ///< the most in which one port was answered there
  const Digest* by = nullptr;      ///< one of those that were answered
  std::uint32_t probe = 0;         ///< the probe of that
  std::optional<Address> address;  ///< who answered it

  /// The part of the probes that is answered there.
  [[nodiscard]] double share() const {
    return asked == 0 ? 0 : static_cast<double>(answered) / asked;
  }
};

struct Beyond {
  std::map<int, Shown> shown;
  int answers = 0;              ///< that other ports got from there
  int ports_answered = 0;       ///< that got beyond
  bool later_answered = false;  ///< one that was asked after this one got beyond
  int ports_silent = 0;         ///< that got to the same hop and no farther
};

void add_hops(const Comparison& comparison, int last, Beyond& beyond) {
  const Digest& other = *comparison.other;
  for (const HopDigest& hop : other.hops) {
    const int ttl = hop.ttl.value - comparison.shift;
    const bool is_end = other.end && hop.ttl >= other.end->ttl;
    if (ttl <= last || is_end) continue;
    beyond.answers += hop.answered;
    Shown& at = beyond.shown[ttl];
    at.asked += hop.asked;
    at.answered += hop.answered;
    at.rounds = std::max(at.rounds, hop.answered);
    if (hop.answered == 0 || at.by != nullptr) continue;
    at.by = &other;
    at.probe = hop.probe;
    at.address = hop.addresses.front();
  }
}

/// From the TTL of its end on the other port is answered by the target, which limits nothing.
void add_end(const Digest& one, const Comparison& comparison, int last, Beyond& beyond) {
  const Digest& other = *comparison.other;
  if (!other.end) return;
  beyond.answers += std::max({1, other.end->rounds, other.end->answered});
  const int from = std::max(other.end->ttl.value - comparison.shift, last + 1);
  for (const HopDigest& hop : one.hops) {
    if (hop.ttl.value < from) continue;
    Shown& at = beyond.shown[hop.ttl.value];
    ++at.asked;
    ++at.answered;
    at.rounds = std::max(at.rounds, other.end->rounds);
    if (at.by != nullptr) continue;
    at.by = &other;
    at.probe = other.end->probe;
    at.address = other.verdict.from;
  }
}

Beyond look_beyond_silence(const Digest& one, std::span<const Digest* const> others, int last) {
  Beyond beyond;
  for (const Digest* other : others) {
    const Comparison comparison = compare(one, *other, last + 1);
    if (last > 0 && comparison.common != last) continue;
    const bool other_ended = other->end && other->end->kind != ReplyKind::unreachable;
    if (known_length(comparison) <= last + 1 && !other_ended) {
      if (other->verdict.state == State::silent) ++beyond.ports_silent;
      continue;
    }
    ++beyond.ports_answered;
    // Ports are asked in their order.
    if (other->target.port > one.target.port) beyond.later_answered = true;
    add_hops(comparison, last, beyond);
    if (other_ended) add_end(one, comparison, last, beyond);
  }
  return beyond;
}

/// What was asked of the one port where others are answered.
struct Asked {
  int hops = 0;
  int probes = 0;
  int rounds = 0;           ///< the most probes that one hop got
  int passed = 0;           ///< the most rounds in which one there answered another port
  bool skips_hops = false;  ///< the nearest ones answer no port
  bool of_target = false;
  bool of_router = false;
  bool hides_hops = false;  ///< the target is farther than the TTL to which it answers others
  double chance = 1;        ///< that all of these probes would have gone unanswered anyway
};

bool hides_hops(const EndDigest& end) {
  return end.reply_ttl && return_hops(*end.reply_ttl) > end.ttl.value;
}

/// Goes from hop to hop that answers other ports: the silence of each adds to the evidence.
Asked asked_beyond(const Digest& one, const Beyond& beyond, int last, double loss) {
  Asked all;
  for (const auto& [ttl, at] : beyond.shown) {
    const HopDigest* hop = one.hop(ttl);
    if (ttl <= last || hop == nullptr || at.by == nullptr) continue;
    if (all.hops == 0) all.skips_hops = ttl > last + 1;
    ++all.hops;
    all.probes += hop->asked;
    all.rounds = std::max(all.rounds, hop->asked);
    all.passed = std::max(all.passed, at.rounds);
    const bool is_target = at.by->end && ttl >= at.by->end->ttl.value;
    all.of_target = all.of_target || is_target;
    all.of_router = all.of_router || !is_target;
    all.hides_hops = all.hides_hops || (is_target && hides_hops(*at.by->end));
    all.chance *= std::pow(std::max(loss, 1 - at.share()), hop->asked);
  }
  return all;
}

/// The largest part that gets lost where that number of SYNs was answered, with an error of 5 %
/// (C. J. Clopper and E. S. Pearson, Biometrika 26, 1934).
double most_lost(int answers) {
  constexpr double error = 0.05;
  return answers == 0 ? 1 : 1 - std::pow(error, 1.0 / answers);
}

/// How sure it is that the port is blocked where others are answered:
///
/// 1. A single router may rate-limit its answers so that the same ports never get one. Where it was
///    asked once per port, and most ports or all later ones are unanswered, a rate limit is as
///    likely as a block. The target answers other ports, so it is not rate-limited.
/// 2. Packets get lost as often as the run bears, at least one of 20. SYNs that left together, one
///    to each hop, are one trial, for a queue that is full, or a limit to a rate, drops them all:
///    one such trial shows nothing, and how many of them were silent makes nothing certain. Where
///    the run shows loss, or such a queue, nothing is certain at all; and of many ports some have
///    no luck, so the chance counts for each.
/// 3. Where all that answers other ports there is a target farther off than its TTL says, all SYNs
///    of a silent port go that far. A limit to the rate on that stretch meets each round alike, and
///    no other answer shows it.
/// 4. The same limit drops SYNs to hops that answer no port unseen, and lets the target's own pass
///    or not by their order, which is that of each round. So behind such hops SYNs of another port
///    must have passed in as many rounds as this one's silence takes.
/// 5. How much is lost behind the last hop is known only from the answers that other ports got from
///    there. After a single answer it may be 95 %, as with a limit of one SYN a second.
Confidence of_block(const Digest& one, const Beyond& beyond, int last, const RunLoss& loss) {
  constexpr double almost_none = 2e-4;
  constexpr double little = 0.06;
  constexpr double least_loss = 0.05;
  const double lost = std::max(least_loss, loss.is_visible() ? loss.upper_bound() : 0.0);
  const Asked asked = asked_beyond(one, beyond, last, lost);
  const bool may_be_limited = asked.hops < 2 && !asked.of_target;
  const bool most_are_silent = beyond.ports_silent > 2 * beyond.ports_answered;
  if (may_be_limited && asked.probes < 2 && (most_are_silent || !beyond.later_answered)) {
    return Confidence::not_sure;
  }
  constexpr int enough_rounds = 2;
  if (asked.rounds < enough_rounds) return Confidence::not_sure;
  const double chance_of_rounds = std::pow(lost, asked.rounds);
  if (loss.is_visible()) {
    const int ports = 1 + beyond.ports_silent + beyond.ports_answered;
    const bool is_unlikely = ports * chance_of_rounds < little && asked.chance < little;
    return is_unlikely ? Confidence::likely : Confidence::not_sure;
  }
  const bool may_meet_one_limit = asked.hides_hops && !asked.of_router;
  const bool is_passed = std::pow(lost, asked.passed) < almost_none;
  const bool is_borne = std::pow(most_lost(beyond.answers), asked.probes) < almost_none;
  const bool is_clear =
      !may_be_limited && !may_meet_one_limit && is_borne && (is_passed || !asked.skips_hops);
  if (std::max(asked.chance, chance_of_rounds) < almost_none && is_clear) {
    return Confidence::certain;
  }
  return asked.chance < little ? Confidence::likely : Confidence::not_sure;
}

/// How far the other port gets: at least to that TTL.
finding::OtherPort reach_of(const Digest& other, Ttl beyond) {
  if (!other.end) return {.port = other.target.port, .ttl = beyond};
  return {.port = other.target.port, .reply = other.end->kind, .ttl = other.end->ttl};
}

/// Another port that the last hop rejects as it finds no such host: it asks by ARP for seconds,
/// longer than this port was waited for. Where no port gets farther; else a firewall says so.
std::optional<Finding> find_no_host(const Digest& one, std::span<const Digest* const> others) {
  const auto says_so = [&](const Digest* other) {
    const Verdict& verdict = other->verdict;
    return verdict.state == State::rejected && verdict.from == one.verdict.from &&
           unreachable_reason(verdict.icmp) == UnreachableReason::host;
  };
  const auto found = std::find_if(others.begin(), others.end(), says_so);
  if (!one.verdict.ttl || found == others.end()) return std::nullopt;
  const Digest& other = **found;
  Finding finding{
      .confidence = Confidence::likely,
      .at = {.ttl = one.verdict.ttl, .address = one.verdict.from},
      .data = finding::NoHost{.other_port = other.target.port, .icmp = other.verdict.icmp}};
  if (other.end) {
    finding.evidence.push_back({.port = other.target.port,
                                .ttl = other.end->ttl,
                                .probe = other.end->probe,
                                .seen = evidence::IcmpAnswer{other.verdict.icmp}});
  }
  return finding;
}

/// A device that rewrites sequence numbers leaves them so in the errors of the hops behind it, if
/// it translates nothing back: then these are the answers that are missing. RFC 5927 has one
/// believe none of them, but with them silence is no longer seen.
void add_other_quotes(const Digest& one, Finding& finding) {
  for (const Stray& stray : one.other_quotes) {
    finding.confidence = Confidence::not_sure;
    finding.evidence.push_back(
        {.port = one.target.port,
         .ttl = stray.ttl.value_or(Ttl{}),
         .seen = evidence::OtherQuotes{.from = stray.from.address, .count = stray.count}});
  }
}

bool is_from(const HopDigest& hop, Address address) {
  return std::find(hop.addresses.begin(), hop.addresses.end(), address) != hop.addresses.end();
}

/// Whether several hops answer from that address.
bool is_shared(const Digest& path, Address address) {
  return std::count_if(path.hops.begin(), path.hops.end(),
                       [&](const HopDigest& hop) { return is_from(hop, address); }) > 1;
}

/// The TTL at which that address answers, if there is only one.
std::optional<Ttl> ttl_of(const Digest& path, Address address) {
  std::optional<Ttl> ttl;
  for (const HopDigest& hop : path.hops) {
    if (!is_from(hop, address)) continue;
    if (ttl) return std::nullopt;
    ttl = hop.ttl;
  }
  return ttl;
}

/// A router rejects what it would forward, so its own hop has one TTL less than the rejected SYN.
/// Where it did not answer there on this port, its hop is taken from its answers on another port,
/// or from the TTL that the rejection arrived with, if the way back from the hop before is as long
/// as the way there. Where several hops have its address, it is the one right before that TTL.
std::optional<Ttl> place_of_rejecter(const Digest& one, std::span<const Digest* const> others) {
  const Verdict& verdict = one.verdict;
  if (!verdict.from || !verdict.ttl) return std::nullopt;
  if (const auto own = ttl_of(one, *verdict.from)) return own;
  const HopDigest* before = one.hop(verdict.ttl->value - 1);
  if (before != nullptr && is_from(*before, *verdict.from)) return before->ttl;
  const auto last = std::find_if(one.hops.rbegin(), one.hops.rend(), [&](const HopDigest& hop) {
    return hop.ttl < *verdict.ttl && hop.answered > 0;
  });
  const int nearest = last == one.hops.rend() ? 1 : last->ttl.value + 1;
  const auto is_possible = [&](int ttl) { return ttl >= nearest && ttl <= verdict.ttl->value; };
  for (const Digest* other : others) {
    const auto ttl = ttl_of(*other, *verdict.from);
    if (ttl && is_possible(ttl->value)) return ttl;
  }
  if (last == one.hops.rend() || return_hops(last->reply_ttl) != last->ttl.value || !one.end) {
    return std::nullopt;
  }
  const auto distance = return_hops(one.end->reply_ttl);
  if (!distance || !is_possible(*distance)) return std::nullopt;
  return Ttl{static_cast<std::uint8_t>(*distance)};
}

}  // namespace

void judge_silence(const Digest& one, std::span<const Digest* const> others, Diagnosis& diagnosis) {
  diagnosis.answered_by = AnsweredBy::none;
  const int last = one.verdict.ttl ? one.verdict.ttl->value : 0;
  diagnosis.at = {.ttl = one.verdict.ttl, .address = one.verdict.from};
  const HopDigest* hop = one.hop(last);
  if (hop != nullptr && hop->answered > 0) {
    diagnosis.evidence.push_back({.port = one.target.port,
                                  .ttl = hop->ttl,
                                  .probe = hop->probe,
                                  .seen = evidence::LastAnswer{hop->addresses.front()}});
  }
  if (one.verdict.state != State::silent) return;
  // Something behind the last hop got the SYN, and its answer is the finding.
  const auto is_stray = [](const Finding& finding) {
    return finding.kind() == FindingKind::stray_answer;
  };
  if (std::any_of(one.findings.begin(), one.findings.end(), is_stray)) return;
  if (one.may_not_have_left) return;  // a firewall of this machine may drop them
  const Beyond beyond = look_beyond_silence(one, others, last);
  const auto next = std::find_if(beyond.shown.begin(), beyond.shown.end(),
                                 [](const auto& entry) { return entry.second.by != nullptr; });
  if (next == beyond.shown.end()) {
    if (auto finding = find_no_host(one, others)) {
      diagnosis.confidence = finding->confidence;
      diagnosis.findings.push_back(std::move(*finding));
    }
    return;
  }

  // A scan, where only TTLs that reach the target were asked: that it is silent is all there is.
  const bool from_start = one.hops.front().ttl == Ttl{1};
  const bool is_end = next->second.by->end && next->first >= next->second.by->end->ttl.value;
  if (last == 0 && !from_start && is_end) return;

  const Place before{.ttl = Ttl{static_cast<std::uint8_t>(next->first)},
                     .address = next->second.address};
  Finding finding{.confidence = of_block(one, beyond, last, loss_of(one, others)),
                  .at = diagnosis.at,
                  .data = finding::Blocked{.before = before,
                                           .from_start = from_start,
                                           .other = reach_of(*next->second.by, *before.ttl)},
                  .evidence = diagnosis.evidence};
  add_other_quotes(one, finding);
  finding.evidence.push_back({.port = next->second.by->target.port,
                              .ttl = Ttl{static_cast<std::uint8_t>(next->first)},
                              .probe = next->second.probe,
                              .seen = evidence::Answered{*next->second.address}});
  diagnosis.confidence = finding.confidence;
  diagnosis.evidence = finding.evidence;
  diagnosis.findings.push_back(std::move(finding));
}

void judge_rejection(const Digest& one, std::span<const Digest* const> others,
                     Diagnosis& diagnosis) {
  const Verdict& verdict = one.verdict;
  diagnosis.answered_by =
      verdict.from == one.target.address ? AnsweredBy::target : AnsweredBy::router;
  diagnosis.at = {.ttl = verdict.ttl, .address = verdict.from};
  if (const auto ttl = place_of_rejecter(one, others)) diagnosis.at.ttl = ttl;
  if (one.end) {
    diagnosis.return_hops = return_hops(one.end->reply_ttl);
    diagnosis.evidence.push_back({.port = one.target.port,
                                  .ttl = one.end->ttl,
                                  .probe = one.end->probe,
                                  .seen = evidence::IcmpAnswer{verdict.icmp}});
  }
  const bool is_proven = one.end && one.end->confirmed && !one.end->isn_rewritten;
  // Which of the hops with that address it was, only an answer of the one right before shows.
  const bool is_placed = !verdict.from || !is_shared(one, *verdict.from) ||
                         (verdict.ttl && diagnosis.at.ttl && *diagnosis.at.ttl < *verdict.ttl);
  diagnosis.confidence = is_proven && is_placed ? Confidence::certain : Confidence::likely;
  diagnosis.findings.push_back({.confidence = diagnosis.confidence,
                                .at = diagnosis.at,
                                .data = finding::Rejected{verdict.icmp},
                                .evidence = diagnosis.evidence});
}

}  // namespace tracetcp::diagnosing
