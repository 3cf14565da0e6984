#include "scan/scan_codec.hpp"

#include "core/flow_label.hpp"
#include "correlate/flow_of.hpp"
#include "correlate/own_error.hpp"
#include "correlate/stray_of.hpp"

#include <random>

namespace tracetcp {
ScanCodec::ScanCodec(const ScanOrigin& origin, const Job& job, Ttl ttl)
    : origin_(origin), job_(job), template_(origin.source, job.target, ttl) {
  std::mt19937_64 random(origin.seed);
  key_.low = random();
  key_.high = random();
  next_id_ = static_cast<std::uint16_t>(random());
  next_tsval_ = first_tsval_ = static_cast<std::uint32_t>(random());
  last_syns_.resize(std::size_t{1} << 16U);
}

Port ScanCodec::source_port(std::uint8_t lane) const {
  return {static_cast<std::uint16_t>(origin_.first_port.value + lane)};
}

Flow ScanCodec::flow_with(ScanSyn syn) const {
  return {.source = {origin_.source, source_port(syn.lane)}, .target = {job_.target, syn.port}};
}

std::optional<ScanSyn> ScanCodec::syn_with(Port source, Port target) const {
  if (!job_.ports.contains(target) || source < origin_.first_port) return std::nullopt;
  const int lane = source.value - origin_.first_port.value;
  if (lane >= scan_source_ports) return std::nullopt;
  return ScanSyn{.port = target, .lane = static_cast<std::uint8_t>(lane)};
}

SeqNumber ScanCodec::isn_of(ScanSyn syn) const {
  const std::uint64_t ports = std::uint64_t{syn.port.value} << 16 | source_port(syn.lane).value;
  const std::uint64_t flow = std::uint64_t{folded(job_.target)} << 32 | ports;
  return {static_cast<std::uint32_t>(siphash(key_, flow))};
}

std::span<const Bytes> ScanCodec::encode(std::span<const ScanSyn> syns) {
  packets_.resize(syns.size() * template_.size());
  views_.clear();
  std::span<std::uint8_t> rest = packets_;
  for (const ScanSyn syn : syns) {
    if (next_id_ == 0) ++next_id_;  // on a raw socket 0 means "kernel, choose one"
    last_syns_[next_tsval_ & 0xffffU] = syn;
    const Tag tag{.isn = isn_of(syn), .ip_id = {next_id_++}, .tsval = {next_tsval_++}};
    const Flow flow = flow_with(syn);
    const auto packet = rest.first(template_.size());
    template_.write(flow.source.port, syn.port, tag, flow_label_of(flow, origin_.seed), packet);
    views_.emplace_back(packet);
    rest = rest.subspan(template_.size());
  }
  return views_;
}

ScanEvent ScanCodec::decode(const Frame& frame) {
  const Decoded decoded = tracetcp::decode(frame);
  if (const auto* segment = std::get_if<TcpSegment>(&decoded)) {
    return decode_tcp(*segment, frame.time);
  }
  if (const auto* error = std::get_if<IcmpError>(&decoded)) return decode_icmp(*error, frame.time);
  return std::get<Reason>(decoded);
}

/// The SYN that this machine's NAT let out with these addresses and ports; empty: none.
std::optional<ScanSyn> ScanCodec::left_as(const Flow& flow) const {
  if (translated_.empty()) return std::nullopt;
  const auto found = translated_.find(flow);
  return found == translated_.end() ? std::nullopt : std::optional(found->second);
}

ScanEvent ScanCodec::decode_tcp(const TcpSegment& segment, TimePoint time) {
  const auto translated = left_as(reversed(flow_of(segment.ip, segment.tcp)));
  if (translated) return decode_answer(segment, *translated, time);
  if (segment.ip.destination == origin_.source) {
    if (segment.ip.source == job_.target) {
      const auto answered = syn_with(segment.tcp.destination, segment.tcp.source);
      if (answered) return decode_answer(segment, *answered, time);
    }
    return decode_from_elsewhere(segment, time);
  }
  return decode_own(segment, time);
}

/// From the port that the SYN went to.
ScanEvent ScanCodec::decode_answer(const TcpSegment& segment, ScanSyn syn, TimePoint time) const {
  const TcpRest& tcp = *segment.tcp.rest;
  const bool resets = segment.has(TcpRest::rst);
  const bool is_syn_ack = !resets && segment.has(TcpRest::syn | TcpRest::ack);
  const auto stray = [&](StrayKind kind) {
    return ScanStray{.syn = syn, .stray = stray_of(kind, segment, time)};
  };
  if (!segment.has(TcpRest::ack)) {
    return resets ? ScanEvent(stray(StrayKind::reset_without_ack)) : ScanEvent(Reason::not_ours);
  }
  if (!resets && !is_syn_ack) return stray(StrayKind::lone_ack);
  if (tcp.acknowledgement != isn_of(syn) + 1) {
    return stray(resets ? StrayKind::reset_of_another : StrayKind::syn_ack_of_another);
  }
  if (const auto kind = not_delivered(segment.arrival)) return stray(*kind);
  const auto& timestamps = tcp.options.timestamps;
  if (is_syn_ack && timestamps && !is_known(timestamps->echo)) return stray(StrayKind::other_echo);
  return ScanAnswer{.syn = syn,
                    .kind = resets ? ReplyKind::rst : ReplyKind::syn_ack,
                    .ttl = segment.ip.ttl,
                    .from = job_.target,  // as an application sees it, where it was translated
                    .time = time};
}

/// An answer to one of our SYNs from another address or port has its ISN, too.
ScanEvent ScanCodec::decode_from_elsewhere(const TcpSegment& segment, TimePoint time) const {
  const TcpRest& tcp = *segment.tcp.rest;
  const bool resets = segment.has(TcpRest::rst);
  if (!segment.has(TcpRest::ack) || (!resets && !segment.has(TcpRest::syn))) {
    return Reason::not_ours;
  }
  auto syn = syn_with(segment.tcp.destination, segment.tcp.source);
  if (!syn || tcp.acknowledgement != isn_of(*syn) + 1) {
    const auto& timestamps = tcp.options.timestamps;
    if (!timestamps || !is_known(timestamps->echo)) return Reason::not_ours;
    syn = last_syns_[timestamps->echo.value & 0xffffU];
    const bool is_proof = source_port(syn->lane) == segment.tcp.destination &&
                          tcp.acknowledgement == isn_of(*syn) + 1;
    if (!is_proof) return Reason::not_ours;
  }
  const bool same_address = segment.ip.source == job_.target;
  return ScanStray{
      .syn = *syn,
      .stray =
          stray_of(same_address ? StrayKind::other_port : StrayKind::other_address, segment, time)};
}

ScanEvent ScanCodec::decode_own(const TcpSegment& segment, TimePoint time) {
  const auto own = syn_with(segment.tcp.source, segment.tcp.destination);
  if (!own || segment.ip.source != origin_.source || segment.ip.destination != job_.target) {
    return decode_translated(segment, time);
  }
  const SeqNumber isn = isn_of(*own);
  const bool is_syn = segment.has(TcpRest::syn) && !segment.has(TcpRest::ack);
  if (is_syn && segment.tcp.sequence == isn) {
    own_vlan_ = segment.arrival.vlan;
    return ScanSent{.syn = *own, .time = time};
  }
  if (segment.has(TcpRest::rst) && segment.tcp.sequence == isn + 1) return Reason::own_reset;
  return decode_translated(segment, time);
}

/// The timestamp says which SYN it may be, the sequence number that it is that one.
ScanEvent ScanCodec::decode_translated(const TcpSegment& segment, TimePoint time) {
  const auto& timestamps = segment.tcp.rest->options.timestamps;
  const bool is_syn = segment.has(TcpRest::syn) && !segment.has(TcpRest::ack);
  if (!is_syn || !timestamps || timestamps->value == TsVal{} || !is_known(timestamps->value)) {
    return Reason::not_ours;
  }
  const ScanSyn syn = last_syns_[timestamps->value.value & 0xffffU];
  if (segment.tcp.sequence != isn_of(syn)) return Reason::not_ours;
  const Translation translation{.made = flow_with(syn), .left = flow_of(segment.ip, segment.tcp)};
  translated_[translation.left] = syn;
  own_vlan_ = segment.arrival.vlan;
  return ScanSent{.syn = syn, .time = time, .translation = translation};
}

/// What the kernel would not hand to the socket of an application.
std::optional<StrayKind> ScanCodec::not_delivered(const Arrival& arrival) const {
  if (arrival.wrong_checksum) return StrayKind::wrong_checksum;
  const bool is_tagged_otherwise = arrival.vlan != 0 && own_vlan_ && arrival.vlan != *own_vlan_;
  return is_tagged_otherwise ? std::optional(StrayKind::other_vlan) : std::nullopt;
}

/// Whether one of our SYNs had that timestamp. An echo of zero is none: kernels take it.
bool ScanCodec::is_known(TsVal echo) const {
  return echo == TsVal{} || echo.value - first_tsval_ < next_tsval_ - first_tsval_;
}

/// A NAT may have rewritten the addresses that are quoted; ports and ISN are proof enough.
ScanEvent ScanCodec::decode_icmp(const IcmpError& error, TimePoint time) const {
  auto syn = left_as(flow_of(error.quote.ip, error.quote.tcp));
  if (!syn) syn = syn_with(error.quote.tcp.source, error.quote.tcp.destination);
  if (!syn) return Reason::not_ours;
  if (error.quote.tcp.sequence != isn_of(*syn)) return Reason::other_isn;
  if (is_own_error(error)) return Reason::own_error;
  if (const auto kind = not_delivered(error.arrival)) {
    return ScanStray{.syn = *syn, .stray = stray_of(*kind, error, time)};
  }
  return ScanAnswer{.syn = *syn,
                    .kind = kind_of_icmp(error.icmp),
                    .icmp = error.icmp,
                    .ttl = error.ip.ttl,
                    .from = error.ip.source,
                    .time = time};
}

}  // namespace tracetcp
