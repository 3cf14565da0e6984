#include "link/live/own_isns.hpp"

#include "link/live/own_syn.hpp"

#include <tracetcp/decode.hpp>

namespace tracetcp {

void OwnIsns::add(Bytes syn) {
  if (!OwnSyn::is_whole(syn)) return;
  const std::uint32_t isn = OwnSyn(syn).isn();
  (*isns_)[isn % places].store(isn, std::memory_order_relaxed);
}

bool OwnIsns::has(std::uint32_t isn) const {
  return (*isns_)[isn % places].load(std::memory_order_relaxed) == isn;
}

bool OwnIsns::concerns(const Frame& frame) const {
  const Decoded decoded = decode(frame);
  const auto* segment = std::get_if<TcpSegment>(&decoded);
  if (segment == nullptr) return false;
  if (segment->has(TcpRest::ack)) return has(segment->tcp.rest->acknowledgement.value - 1);
  return segment->has(TcpRest::syn) && has(segment->tcp.sequence.value);
}

}  // namespace tracetcp
