#include "identity/keyed.hpp"

#include "core/flow_label.hpp"
#include "correlate/flow_of.hpp"
#include "correlate/own_error.hpp"
#include "correlate/stray_of.hpp"

#include <random>

namespace tracetcp {
namespace {

Port target_port(ProbeId id) {
  return Port{static_cast<std::uint16_t>(id.trace)};
}

/// What all replies to a probe have.
Reply& add_reply(Heard& heard, ProbeId id, ReplyKind kind) {
  Reply& reply = heard.replies.emplace_back();
  reply.trace = id.trace;
  reply.probe = id.index;
  reply.kind = kind;
  return reply;
}

/// Returns what the stray is counted as.
Reason add_stray(Heard& heard, ProbeId id, const Stray& stray) {
  add_reply(heard, id, ReplyKind::stray).stray = stray;
  return reason_of(stray.kind);
}

}  // namespace

KeyedIdentity::KeyedIdentity(const ScanOrigin& origin, const Job& job, Ttl ttl, Tally& ignored)
    : origin_(origin), job_(job), ignored_(ignored), template_(origin.source, job.target, ttl) {
  std::mt19937_64 random(origin.seed);
  key_.low = random();
  key_.high = random();
  next_id_ = static_cast<std::uint16_t>(random());
  next_tsval_ = first_tsval_ = static_cast<std::uint32_t>(random());
  last_probes_.resize(std::size_t{1} << 16U);
}

Port KeyedIdentity::source_port(std::uint32_t lane) const {
  return {static_cast<std::uint16_t>(origin_.first_port.value + lane)};
}

Flow KeyedIdentity::flow_of_probe(ProbeId id) const {
  return {.source = {origin_.source, source_port(id.index)},
          .target = {job_.target, target_port(id)}};
}

std::optional<ProbeId> KeyedIdentity::probe_with(Port source, Port target) const {
  if (!job_.ports.contains(target) || source < origin_.first_port) return std::nullopt;
  const int lane = source.value - origin_.first_port.value;
  if (lane >= scan_source_ports) return std::nullopt;
  return ProbeId{.trace = target.value, .index = static_cast<std::uint32_t>(lane)};
}

SeqNumber KeyedIdentity::isn_of(ProbeId id) const {
  const std::uint64_t ports = std::uint64_t{id.trace} << 16 | source_port(id.index).value;
  const std::uint64_t flow = std::uint64_t{folded(job_.target)} << 32 | ports;
  return {static_cast<std::uint32_t>(siphash(key_, flow))};
}

std::span<const Bytes> KeyedIdentity::tag(std::span<const Probe> probes, TimePoint /*now*/) {
  packets_.resize(probes.size() * template_.size());
  views_.clear();
  std::span<std::uint8_t> rest = packets_;
  for (const Probe& probe : probes) {
    if (next_id_ == 0) ++next_id_;  // on a raw socket 0 means "kernel, choose one"
    last_probes_[next_tsval_ & 0xffffU] = probe.id;
    const Tag tag{.isn = isn_of(probe.id), .ip_id = {next_id_++}, .tsval = {next_tsval_++}};
    const Flow flow = flow_of_probe(probe.id);
    const auto packet = rest.first(template_.size());
    template_.write(flow.source.port, flow.target.port, tag, flow_label_of(flow, origin_.seed),
                    packet);
    views_.emplace_back(packet);
    rest = rest.subspan(template_.size());
  }
  return views_;
}

void KeyedIdentity::match(const Decoded& decoded, TimePoint time, Heard& heard) {
  Counted reason;
  if (const auto* segment = std::get_if<TcpSegment>(&decoded)) {
    reason = match_tcp(*segment, time, heard);
  } else if (const auto* error = std::get_if<IcmpError>(&decoded)) {
    reason = match_icmp(*error, time, heard);
  } else {
    reason = std::get<Reason>(decoded);
  }
  if (reason) ignored_.add(*reason);
}

/// The SYN that this machine's NAT let out with these addresses and ports; empty: none.
std::optional<ProbeId> KeyedIdentity::left_as(const Flow& flow) const {
  if (translated_.empty()) return std::nullopt;
  const auto found = translated_.find(flow);
  return found == translated_.end() ? std::nullopt : std::optional(found->second);
}

KeyedIdentity::Counted KeyedIdentity::match_tcp(const TcpSegment& segment, TimePoint time,
                                                Heard& heard) {
  const auto translated = left_as(reversed(flow_of(segment.ip, segment.tcp)));
  if (translated) return match_answer(segment, *translated, time, heard);
  if (segment.ip.destination == origin_.source) {
    if (segment.ip.source == job_.target) {
      const auto answered = probe_with(segment.tcp.destination, segment.tcp.source);
      if (answered) return match_answer(segment, *answered, time, heard);
    }
    return match_from_elsewhere(segment, time, heard);
  }
  return match_own(segment, time, heard);
}

/// From the port that the SYN went to.
KeyedIdentity::Counted KeyedIdentity::match_answer(const TcpSegment& segment, ProbeId id,
                                                   TimePoint time, Heard& heard) const {
  const TcpRest& tcp = *segment.tcp.rest;
  const bool resets = segment.has(TcpRest::rst);
  const bool is_syn_ack = !resets && segment.has(TcpRest::syn | TcpRest::ack);
  const auto stray = [&](StrayKind kind) {
    return add_stray(heard, id, stray_of(kind, segment, time));
  };
  if (!segment.has(TcpRest::ack)) {
    return resets ? stray(StrayKind::reset_without_ack) : Reason::not_ours;
  }
  if (!resets && !is_syn_ack) return stray(StrayKind::lone_ack);
  if (tcp.acknowledgement != isn_of(id) + 1) {
    return stray(resets ? StrayKind::reset_of_another : StrayKind::syn_ack_of_another);
  }
  if (const auto kind = not_delivered(segment.arrival)) return stray(*kind);
  const auto& timestamps = tcp.options.timestamps;
  if (is_syn_ack && timestamps && !is_known(timestamps->echo)) return stray(StrayKind::other_echo);
  Reply& reply = add_reply(heard, id, resets ? ReplyKind::rst : ReplyKind::syn_ack);
  reply.ttl = segment.ip.ttl;
  reply.from = job_.target;  // as an application sees it, where it was translated
  reply.time = time;
  return std::nullopt;
}

/// An answer to one of our SYNs from another address or port has its ISN, too.
KeyedIdentity::Counted KeyedIdentity::match_from_elsewhere(const TcpSegment& segment,
                                                           TimePoint time, Heard& heard) const {
  const TcpRest& tcp = *segment.tcp.rest;
  const bool resets = segment.has(TcpRest::rst);
  if (!segment.has(TcpRest::ack) || (!resets && !segment.has(TcpRest::syn))) {
    return Reason::not_ours;
  }
  auto id = probe_with(segment.tcp.destination, segment.tcp.source);
  if (!id || tcp.acknowledgement != isn_of(*id) + 1) {
    const auto& timestamps = tcp.options.timestamps;
    if (!timestamps || !is_known(timestamps->echo)) return Reason::not_ours;
    id = last_probes_[timestamps->echo.value & 0xffffU];
    const bool is_proof =
        source_port(id->index) == segment.tcp.destination && tcp.acknowledgement == isn_of(*id) + 1;
    if (!is_proof) return Reason::not_ours;
  }
  const bool same_address = segment.ip.source == job_.target;
  const StrayKind kind = same_address ? StrayKind::other_port : StrayKind::other_address;
  return add_stray(heard, *id, stray_of(kind, segment, time));
}

KeyedIdentity::Counted KeyedIdentity::match_own(const TcpSegment& segment, TimePoint time,
                                                Heard& heard) {
  const auto own = probe_with(segment.tcp.source, segment.tcp.destination);
  if (!own || segment.ip.source != origin_.source || segment.ip.destination != job_.target) {
    return match_translated(segment, time, heard);
  }
  const SeqNumber isn = isn_of(*own);
  const bool is_syn = segment.has(TcpRest::syn) && !segment.has(TcpRest::ack);
  if (is_syn && segment.tcp.sequence == isn) {
    own_vlan_ = segment.arrival.vlan;
    ++seen_leaving_;
    heard.sent.push_back({.id = *own, .time = time});
    return std::nullopt;
  }
  if (segment.has(TcpRest::rst) && segment.tcp.sequence == isn + 1) return Reason::own_reset;
  return match_translated(segment, time, heard);
}

/// The timestamp says which SYN it may be, the sequence number that it is that one.
KeyedIdentity::Counted KeyedIdentity::match_translated(const TcpSegment& segment, TimePoint time,
                                                       Heard& heard) {
  const auto& timestamps = segment.tcp.rest->options.timestamps;
  const bool is_syn = segment.has(TcpRest::syn) && !segment.has(TcpRest::ack);
  if (!is_syn || !timestamps || timestamps->value == TsVal{} || !is_known(timestamps->value)) {
    return Reason::not_ours;
  }
  const ProbeId id = last_probes_[timestamps->value.value & 0xffffU];
  if (segment.tcp.sequence != isn_of(id)) return Reason::not_ours;
  const Translation translation{.made = flow_of_probe(id),
                                .left = flow_of(segment.ip, segment.tcp)};
  translated_[translation.left] = id;
  own_vlan_ = segment.arrival.vlan;
  ++seen_leaving_;
  heard.sent.push_back({.id = id, .time = time, .translation = translation});
  return std::nullopt;
}

/// What the kernel would not hand to the socket of an application.
std::optional<StrayKind> KeyedIdentity::not_delivered(const Arrival& arrival) const {
  if (arrival.wrong_checksum) return StrayKind::wrong_checksum;
  const bool is_tagged_otherwise = arrival.vlan != 0 && own_vlan_ && arrival.vlan != *own_vlan_;
  return is_tagged_otherwise ? std::optional(StrayKind::other_vlan) : std::nullopt;
}

/// Whether one of our SYNs had that timestamp. An echo of zero is none: kernels take it.
bool KeyedIdentity::is_known(TsVal echo) const {
  return echo == TsVal{} || echo.value - first_tsval_ < next_tsval_ - first_tsval_;
}

/// A NAT may have rewritten the addresses that are quoted; ports and ISN are proof enough.
KeyedIdentity::Counted KeyedIdentity::match_icmp(const IcmpError& error, TimePoint time,
                                                 Heard& heard) const {
  auto id = left_as(flow_of(error.quote.ip, error.quote.tcp));
  if (!id) id = probe_with(error.quote.tcp.source, error.quote.tcp.destination);
  if (!id) return Reason::not_ours;
  if (error.quote.tcp.sequence != isn_of(*id)) return Reason::other_isn;
  if (is_own_error(error)) return Reason::own_error;
  if (const auto kind = not_delivered(error.arrival)) {
    return add_stray(heard, *id, stray_of(*kind, error, time));
  }
  Reply& reply = add_reply(heard, *id, kind_of_icmp(error.icmp));
  reply.icmp = error.icmp;
  reply.ttl = error.ip.ttl;
  reply.from = error.ip.source;
  reply.time = time;
  return std::nullopt;
}

}  // namespace tracetcp
