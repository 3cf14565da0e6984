#pragma once

#include <tracetcp/frame.hpp>

#include <array>
#include <cstdint>

namespace tracetcp {

/// A packet that passes several devices of this machine (a bridge and its port, a bond and its
/// member, a macvlan and its parent) is captured on each of them where all are captured on. This
/// tells the later ones from the first: the same bytes from the IP header on, in the same
/// direction, within 10 ms. A packet that the network doubled that fast is not told from them.
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
