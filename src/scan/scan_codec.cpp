#include "scan/scan_codec.hpp"

#include "core/icmp_type.hpp"

#include <random>

namespace tracetcp {
namespace {

ReplyKind kind_of_error(const IcmpError& error) {
  if (error.type == icmp_type::time_exceeded) return ReplyKind::time_exceeded;
  if (error.type == icmp_type::destination_unreachable) return ReplyKind::unreachable;
  return ReplyKind::notice;
}

}  // namespace

ScanCodec::ScanCodec(const ScanOrigin& origin, const Job& job, Ttl ttl)
    : origin_(origin), job_(job), template_(origin.source, job.target, ttl) {
  std::mt19937_64 random(origin.seed);
  key_.low = random();
  key_.high = random();
  next_id_ = static_cast<std::uint16_t>(random());
  next_tsval_ = static_cast<std::uint32_t>(random());
}

Port ScanCodec::source_port(std::uint8_t lane) const {
  return {static_cast<std::uint16_t>(origin_.first_port.value + lane)};
}

std::optional<ScanSyn> ScanCodec::syn_with(Port source, Port target) const {
  if (target < job_.first || target > job_.last || source < origin_.first_port) return std::nullopt;
  const int lane = source.value - origin_.first_port.value;
  if (lane >= scan_source_ports) return std::nullopt;
  return ScanSyn{.port = target, .lane = static_cast<std::uint8_t>(lane)};
}

SeqNumber ScanCodec::isn_of(ScanSyn syn) const {
  const std::uint64_t ports = std::uint64_t{syn.port.value} << 16 | source_port(syn.lane).value;
  const std::uint64_t flow = std::uint64_t{job_.target.value()} << 32 | ports;
  return {static_cast<std::uint32_t>(siphash(key_, flow))};
}

std::span<const Bytes> ScanCodec::encode(std::span<const ScanSyn> syns) {
  packets_.resize(syns.size() * SynTemplate::size);
  views_.clear();
  std::span<std::uint8_t> rest = packets_;
  for (const ScanSyn syn : syns) {
    if (next_id_ == 0) ++next_id_;  // on a raw socket 0 means "kernel, choose one"
    const Tag tag{.isn = isn_of(syn), .ip_id = {next_id_++}, .tsval = {next_tsval_++}};
    const auto packet = rest.first<SynTemplate::size>();
    template_.write(source_port(syn.lane), syn.port, tag, packet);
    views_.emplace_back(packet);
    rest = rest.subspan(SynTemplate::size);
  }
  return views_;
}

ScanEvent ScanCodec::decode(const Frame& frame) const {
  const Decoded decoded = tracetcp::decode(frame);
  if (const auto* segment = std::get_if<TcpSegment>(&decoded)) {
    return decode_tcp(*segment, frame.time);
  }
  if (const auto* error = std::get_if<IcmpError>(&decoded)) return decode_icmp(*error, frame.time);
  return std::get<Reason>(decoded);
}

ScanEvent ScanCodec::decode_tcp(const TcpSegment& segment, TimePoint time) const {
  const TcpRest& tcp = *segment.tcp.rest;
  const bool to_us = segment.ip.destination == origin_.source && segment.ip.source == job_.target;
  const auto answered =
      to_us ? syn_with(segment.tcp.destination, segment.tcp.source) : std::nullopt;
  if (answered && segment.has(TcpRest::ack)) {
    const SeqNumber isn = isn_of(*answered);
    const bool is_reset = segment.has(TcpRest::rst);
    // Some stacks reset with the ISN itself (RFC 9293, section 3.5.3 asks for ISN+1).
    const bool is_proof =
        tcp.acknowledgement == isn + 1 || (is_reset && tcp.acknowledgement == isn);
    if (is_proof && !is_reset && !segment.has(TcpRest::syn)) return Reason::tcp_other;
    if (is_proof) {
      return ScanAnswer{.syn = *answered,
                        .kind = is_reset ? ReplyKind::rst : ReplyKind::syn_ack,
                        .ttl = segment.ip.ttl,
                        .from = segment.ip.source,
                        .time = time};
    }
  }
  const auto own = syn_with(segment.tcp.source, segment.tcp.destination);
  if (!own || segment.ip.source != origin_.source || segment.ip.destination != job_.target) {
    return Reason::not_ours;
  }
  const SeqNumber isn = isn_of(*own);
  const bool is_syn = segment.has(TcpRest::syn) && !segment.has(TcpRest::ack);
  if (is_syn && segment.tcp.sequence == isn) return ScanSent{.syn = *own, .time = time};
  if (segment.has(TcpRest::rst) && segment.tcp.sequence == isn + 1) return Reason::own_reset;
  return Reason::not_ours;
}

/// A NAT may have rewritten the addresses that are quoted; ports and ISN are proof enough.
ScanEvent ScanCodec::decode_icmp(const IcmpError& error, TimePoint time) const {
  const auto syn = syn_with(error.quote.tcp.source, error.quote.tcp.destination);
  if (!syn || error.quote.tcp.sequence != isn_of(*syn)) return Reason::not_ours;
  return ScanAnswer{.syn = *syn,
                    .kind = kind_of_error(error),
                    .icmp_type = error.type,
                    .icmp_code = error.code,
                    .ttl = error.ip.ttl,
                    .from = error.ip.source,
                    .time = time};
}

}  // namespace tracetcp
