#pragma once

#include <tracetcp/frame.hpp>

#include <array>
#include <cstdint>

namespace tracetcp {

/// A packet that passes several devices of this machine (a bridge and its port, a bond and its
/// member, a macvlan and its parent) is captured on each of them where all are captured on. This
/// finds the later ones: they have the bytes of the first from the IP header on, and its direction,
/// and come within 10 ms. A packet that the network duplicates that fast counts as one of them.
class TwiceSeen {
 public:
  /// Of a frame of LinkType::linux_sll.
  bool was_seen(const Frame& frame);

 private:
  struct Seen {
    std::uint64_t hash = 0;
    TimePoint time{};
  };

  std::array<Seen, 1024> seen_{};  // by the hash's last bits; a later one takes the place
};

}  // namespace tracetcp
