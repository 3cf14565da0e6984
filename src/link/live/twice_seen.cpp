#include "link/live/twice_seen.hpp"

#include <functional>
#include <string_view>

namespace tracetcp {

bool TwiceSeen::was_seen(const Frame& frame) {
  using namespace std::chrono_literals;
  constexpr Duration window = 10ms;
  constexpr std::size_t header_size = 16;  // LINKTYPE_LINUX_SLL; its protocol is part of the packet
  constexpr std::size_t protocol_at = 14;
  constexpr std::uint8_t outgoing = 4;  // the packet type's low byte, in network byte order
  if (frame.bytes.size() < header_size) return false;
  const Bytes packet = frame.bytes.subspan(protocol_at);
  const std::string_view text(reinterpret_cast<const char*>(packet.data()), packet.size());
  const bool is_outgoing = frame.bytes[1] == outgoing;
  const std::uint64_t hash = std::hash<std::string_view>{}(text) ^ (is_outgoing ? 1U : 0U);
  Seen& place = seen_[hash / 2 % seen_.size()];
  const bool is_same = place.hash == hash && frame.time - place.time <= window;
  place = {.hash = hash, .time = frame.time};
  return is_same;
}

}  // namespace tracetcp
