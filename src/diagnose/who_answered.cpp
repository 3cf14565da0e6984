#include "diagnose/findings.hpp"

#include <algorithm>

namespace tracetcp::diagnosing {
namespace {

/// What speaks for an answer that comes from nearer than the target.
struct Nearer {
  const Comparison* farthest =
      nullptr;                 ///< the port whose path goes on farthest; nullptr: none does
  int gap = 0;                 ///< by how many hops it is farther
  int ports = 0;               ///< how many ports have such a path
  int agreeing = 0;            ///< ports that the same place answers with a SYN-ACK, too
  bool accepts = false;        ///< one of these came as far as the answer
  bool even = false;           ///< the ways back of all hops before are longer by the same
  bool by_hop_before = false;  ///< the answer came as far as those of the hop before it
  bool usual_ttl = false;      ///< that hop's answers begin with a TTL of 64, 128 or 255
  bool other_stack = false;    ///< other initial TTL than the same kind of answer from farther off
  bool same_ttl = false;       ///< its TTL is that of an answer from farther off
  bool other_options = false;  ///< other TCP options or window than the SYN-ACK from farther off
};

int initial_ttl(Ttl received) {
  return received.value + return_hops(received) - 1;
}

bool has_other_options(const TcpRest& one, const TcpRest& other) {
  return one.window != other.window || one.options.mss != other.options.mss ||
         one.options.window_scale != other.options.window_scale ||
         one.options.sack_permitted != other.options.sack_permitted ||
         one.options.timestamps.has_value() != other.options.timestamps.has_value();
}

void compare_ends(const EndDigest& end, const Digest& other, Nearer& nearer) {
  if (!other.end || other.end->kind != end.kind) return;
  if (end.reply_ttl && other.end->reply_ttl &&
      initial_ttl(*end.reply_ttl) != initial_ttl(*other.end->reply_ttl)) {
    nearer.other_stack = true;
  }
  if (end.kind == ReplyKind::syn_ack && end.tcp && other.end->tcp &&
      has_other_options(*end.tcp, *other.end->tcp)) {
    nearer.other_options = true;
  }
}

/// The last hop before the answer that answered too.
const HopDigest* last_before(const Digest& one, int end) {
  for (int ttl = end - 1; ttl > 0; --ttl) {
    const HopDigest* hop = one.hop(ttl);
    if (hop == nullptr) return nullptr;
    if (hop->answered > 0) return hop;
  }
  return nullptr;
}

/// Whether the hop's answers come from as far as its TTL says, or are longer on the way by as much
/// as those of the hop before: so they begin with a usual TTL. Else they may begin with 254, say.
bool has_usual_ttl(const Digest& one, const HopDigest& hop) {
  const int longer = return_hops(*hop.reply_ttl) - hop.ttl.value;
  if (longer == 0) return true;
  const HopDigest* before = last_before(one, hop.ttl.value);
  return before != nullptr && before->reply_ttl &&
         return_hops(*before->reply_ttl) - before->ttl.value == longer;
}

/// Whether the answer came back over as many hops as one of the hop before it would.
bool is_of_hop_before(const Digest& one, const EndDigest& end) {
  const HopDigest* before = last_before(one, end.ttl.value);
  if (before == nullptr || !end.exact || !before->reply_ttl || !end.reply_ttl) return false;
  const int between = end.ttl.value - 1 - before->ttl.value;
  return return_hops(*end.reply_ttl) == return_hops(*before->reply_ttl) + between;
}

/// Whether the ways back of all hops before the answer are longer by the same number of hops. Else
/// some have other initial TTLs or ways back of their own, as the target may.
bool has_even_ways_back(const Digest& one, int end) {
  std::optional<int> longer;
  for (const HopDigest& hop : one.hops) {
    if (hop.ttl.value >= end || hop.answered == 0 || !hop.reply_ttl) continue;
    const int by = return_hops(*hop.reply_ttl) - hop.ttl.value;
    if (longer && *longer != by) return false;
    longer = by;
  }
  return true;
}

Nearer look_beyond(const Digest& one, const EndDigest& end,
                   const std::vector<Comparison>& comparisons) {
  Nearer nearer;
  nearer.by_hop_before = is_of_hop_before(one, end);
  nearer.even = has_even_ways_back(one, end.ttl.value);
  nearer.usual_ttl = nearer.by_hop_before && has_usual_ttl(one, *last_before(one, end.ttl.value));
  for (const Comparison& comparison : comparisons) {
    const Digest& other = *comparison.other;
    const int gap = known_length(comparison) - end.ttl.value;
    if (gap == 0 && other.end && other.end->kind == ReplyKind::syn_ack) {
      if (end.kind == ReplyKind::syn_ack) ++nearer.agreeing;
      if (other.end->reply_ttl == end.reply_ttl) nearer.accepts = true;
    }
    // Ways that part may differ in length, but equal-cost ones hardly by so much.
    constexpr int much = 4;
    if (gap < (comparison.same_until ? 1 : much) || !end.exact) continue;
    ++nearer.ports;
    compare_ends(end, other, nearer);
    const bool has_ttl = end.reply_ttl && other.end && other.end->kind != ReplyKind::unreachable;
    if (has_ttl && other.end->reply_ttl == end.reply_ttl) nearer.same_ttl = true;
    if (gap <= nearer.gap) continue;
    nearer.gap = gap;
    nearer.farthest = &comparison;
  }
  return nearer;
}

/// The hop before the answer is on the other's path with the same TTL: they part there or later.
bool parts_at_answer(const Nearer& nearer, const EndDigest& end) {
  return nearer.farthest->same_until && nearer.farthest->shift == 0 &&
         nearer.farthest->common == end.ttl.value - 1;
}

/// Never certain: the other ports may be the ones that are led elsewhere, to a machine farther off.
/// A load balancer may lead ports along ways of different length; but hardly by many hops, nor end
/// one of them right at the target.
Confidence of_proxy(const Nearer& nearer, const EndDigest& end) {
  // Most ports are answered here: then it may be the others that a NAT near the target leads on.
  constexpr int more_than_behind_nat = 5;
  if (nearer.agreeing > nearer.ports && nearer.gap < more_than_behind_nat) {
    return Confidence::not_sure;
  }
  const bool is_informative = nearer.gap >= 4 || nearer.other_options || nearer.other_stack ||
                              nearer.by_hop_before ||
                              (nearer.gap >= 2 && parts_at_answer(nearer, end));
  return is_informative ? Confidence::likely : Confidence::not_sure;
}

/// The SYN-ACK comes back with the very TTL of the target's answers from farther off, over ways
/// back as long as the ways there: it is the target's, and the SYN's TTL was raised, or its way is
/// shorter. A proxy's initial TTL would have to make up for just the distance.
bool is_from_farther(const Nearer& nearer, const EndDigest& end) {
  return end.kind == ReplyKind::syn_ack && nearer.same_ttl && nearer.even &&
         !nearer.by_hop_before && !nearer.other_options;
}

/// Certain only where nothing else explains that the RST came from too near: the target may have an
/// unusual initial TTL or a shorter way back where hops before it have, and where another port has
/// a SYN-ACK from there, it may be the ports answered farther off that a NAT leads elsewhere.
Confidence of_forged_reset(const Nearer& nearer, const EndDigest& end) {
  if (nearer.farthest == nullptr) return Confidence::not_sure;
  if (nearer.by_hop_before && parts_at_answer(nearer, end)) {
    const bool is_clear = nearer.usual_ttl && nearer.even && !nearer.accepts;
    return is_clear ? Confidence::certain : Confidence::likely;
  }
  const bool is_informative = nearer.gap >= 4 || nearer.by_hop_before || nearer.other_stack ||
                              (nearer.gap >= 2 && parts_at_answer(nearer, end));
  return is_informative ? Confidence::likely : Confidence::not_sure;
}

Observation answer_seen(const Digest& one, const EndDigest& end) {
  return {.port = one.target.port,
          .ttl = end.ttl,
          .probe = end.probe,
          .seen = evidence::TcpAnswer{.kind = end.kind, .reply_ttl = end.reply_ttl}};
}

Observation hop_seen(const Digest& of, const HopDigest& hop) {
  return {
      .port = of.target.port,
      .ttl = hop.ttl,
      .probe = hop.probe,
      .seen = evidence::TimeExceeded{.from = hop.addresses.front(), .reply_ttl = hop.reply_ttl}};
}

/// What shows that the path of that port goes on.
void add_beyond(const Comparison& farthest, int from, std::vector<Observation>& evidence) {
  const Digest& other = *farthest.other;
  for (const HopDigest& hop : other.hops) {
    if (hop.answered > 0 && hop.ttl.value >= from + farthest.shift) {
      evidence.push_back(hop_seen(other, hop));
      break;
    }
  }
  if (other.end) evidence.push_back(answer_seen(other, *other.end));
}

finding::OtherPort reach_of(const Comparison& farthest) {
  const Digest& other = *farthest.other;
  if (other.end && other.end->kind != ReplyKind::unreachable) {
    return {.port = other.target.port, .reply = other.end->kind, .ttl = other.end->ttl};
  }
  const int last = known_length(farthest) + farthest.shift - 1;
  return {.port = other.target.port, .ttl = Ttl{static_cast<std::uint8_t>(last)}};
}

Finding finding_of(const Digest& one, const EndDigest& end, const Nearer& nearer,
                   Confidence confidence) {
  const bool open = end.kind == ReplyKind::syn_ack;
  // Routers look at the TTL before they forward: one that resets what it should forward is the hop
  // before. Where the TTL of the RST is known it decides.
  const bool before_it = nearer.by_hop_before || (!open && !end.reply_ttl);
  const int hop = end.ttl.value - (before_it ? 1 : 0);
  Finding finding{.confidence = confidence};
  // Whose address the hop has on the other path counts only where that is the same path so far.
  const bool same_path = nearer.farthest != nullptr && nearer.farthest->same_until;
  finding.at = same_path ? place_of(one, hop, *nearer.farthest) : place_of(one, hop);
  finding.evidence.push_back(answer_seen(one, end));
  const HopDigest* before = one.hop(end.ttl.value - 1);
  if (before != nullptr && before->answered > 0) finding.evidence.push_back(hop_seen(one, *before));
  if (nearer.farthest == nullptr) {  // only of a RST
    finding.data = finding::ResetFromHop{};
    return finding;
  }
  add_beyond(*nearer.farthest, end.ttl.value, finding.evidence);
  const finding::OtherPort other = reach_of(*nearer.farthest);
  // By sockets a connection that this machine itself accepts or resets looks like one of hop 1.
  const bool may_be_here = end.ttl == Ttl{1} && !end.reply_ttl;
  if (may_be_here) finding.at = {.ttl = end.ttl, .address = std::nullopt};
  const Address target = one.target.address;
  if (open) {
    finding.data = finding::Proxy{.target = target, .may_be_here = may_be_here, .other = other};
  } else {
    finding.data =
        finding::ForgedReset{.target = target, .may_be_here = may_be_here, .other = other};
  }
  return finding;
}

/// Another port's answers come from nearer and look different, and several ports say so: this one
/// is led on to another machine.
std::optional<Finding> find_forwarding(const Digest& one, const EndDigest& end,
                                       const std::vector<Comparison>& comparisons) {
  if (end.kind != ReplyKind::syn_ack) return std::nullopt;
  const Comparison* nearer = nullptr;
  int ports = 0;
  for (const Comparison& comparison : comparisons) {
    const auto& other = comparison.other->end;
    if (!other || !other->exact || other->kind != ReplyKind::syn_ack || !end.exact) continue;
    if (comparison.shift != 0 || !comparison.same_until) return std::nullopt;
    if (!other->reply_ttl || !end.reply_ttl) continue;
    if (initial_ttl(*other->reply_ttl) == initial_ttl(*end.reply_ttl)) return std::nullopt;
    if (other->ttl != end.ttl) continue;
    nearer = &comparison;
    ++ports;
  }
  if (ports < 2) return std::nullopt;
  return Finding{
      .confidence = Confidence::likely,
      .at = place_of(one, end.ttl.value - 1),
      .data = finding::OtherMachine{nearer->other->target.port},
      .evidence = {answer_seen(one, end), answer_seen(*nearer->other, *nearer->other->end)}};
}

Confidence of_target(const EndDigest& end, const std::vector<Comparison>& comparisons) {
  const bool agreed = std::any_of(comparisons.begin(), comparisons.end(), [&](const auto& other) {
    return other.other->end && other.other->end->ttl == end.ttl && other.shift == 0;
  });
  return end.exact || agreed ? Confidence::likely : Confidence::not_sure;
}

/// What forges RSTs beside SYNs that go on forges them beyond the last hop, too.
bool is_known_forgery(const Digest& one, const EndDigest& end) {
  return end.kind == ReplyKind::rst && end.reply_ttl && one.forged_ttl == end.reply_ttl;
}

/// Nothing but the SYN-ACK's distance speaks against the target: it came as far as the answers of
/// the hop before. Then that hop accepts connections in the target's name, as a SYN proxy does, or
/// packets of the target pass it without losing one of their TTL.
Finding accepted_before_target(const Digest& one, const EndDigest& end) {
  const HopDigest& hop = *last_before(one, end.ttl.value);
  return {
      .confidence = is_symmetric(one, end.ttl.value) ? Confidence::likely : Confidence::not_sure,
      .at = place_of(one, hop.ttl.value),
      .data = finding::AcceptedByHop{},
      .evidence = {answer_seen(one, end), hop_seen(one, hop)}};
}

/// A RST and a SYN-ACK to one SYN: who accepts the connection does not refuse it.
void judge_refused(const Digest& one, const EndDigest& end, Diagnosis& diagnosis) {
  diagnosis.answered_by = AnsweredBy::forged_reset;
  diagnosis.confidence = Confidence::likely;
  diagnosis.at = {};
  const HopDigest* before = last_before(one, end.ttl.value);
  if (before == nullptr || !before->reply_ttl || !end.reply_ttl) return;
  if (return_hops(*before->reply_ttl) == return_hops(*end.reply_ttl)) {
    diagnosis.at = place_of(one, before->ttl.value);
  }
}

bool is_refused_though_accepted(const Digest& one, const EndDigest& end) {
  return end.kind == ReplyKind::rst && one.contradiction &&
         (one.contradiction->first == ReplyKind::syn_ack ||
          one.contradiction->second == ReplyKind::syn_ack);
}

}  // namespace

void judge_sender(const Digest& one, std::span<const Digest* const> others, Diagnosis& diagnosis) {
  if (!one.end) return;
  const EndDigest& end = *one.end;
  diagnosis.return_hops = return_hops(end.reply_ttl);
  diagnosis.evidence.push_back(answer_seen(one, end));
  diagnosis.at.address = one.verdict.from;
  if (end.exact) diagnosis.at.ttl = end.ttl;
  if (is_known_forgery(one, end)) {
    diagnosis.answered_by = AnsweredBy::forged_reset;
    for (const Finding& finding : one.findings) {
      if (finding.kind() != FindingKind::forged_reset) continue;
      diagnosis.confidence = finding.confidence;
      diagnosis.at = finding.at;
    }
    return;
  }
  if (is_refused_though_accepted(one, end)) return judge_refused(one, end, diagnosis);
  std::vector<Comparison> comparisons;
  for (const Digest* other : others) comparisons.push_back(compare(one, *other, end.ttl.value));

  const bool open = end.kind == ReplyKind::syn_ack;
  const Nearer nearer = look_beyond(one, end, comparisons);
  const bool suspected = (nearer.farthest != nullptr && !is_from_farther(nearer, end)) ||
                         (!open && nearer.by_hop_before);
  if (!suspected && nearer.by_hop_before) {
    Finding finding = accepted_before_target(one, end);
    finding.confidence = std::min(finding.confidence, most_sure_of_distances(one, others));
    diagnosis.findings.push_back(std::move(finding));
    return;
  }
  if (!suspected && one.contradiction) return;
  if (!suspected) {
    diagnosis.answered_by = AnsweredBy::target;
    diagnosis.confidence = of_target(end, comparisons);
    if (auto forwarding = find_forwarding(one, end, comparisons)) {
      diagnosis.findings.push_back(*forwarding);
    }
    return;
  }
  diagnosis.confidence = std::min(open ? of_proxy(nearer, end) : of_forged_reset(nearer, end),
                                  most_sure_of_distances(one, others));
  Finding finding = finding_of(one, end, nearer, diagnosis.confidence);
  diagnosis.evidence = finding.evidence;
  if (diagnosis.confidence != Confidence::not_sure) {
    diagnosis.answered_by = open ? AnsweredBy::proxy : AnsweredBy::forged_reset;
    diagnosis.at = finding.at;
  }
  diagnosis.findings.push_back(std::move(finding));
}

}  // namespace tracetcp::diagnosing
