#pragma once

#include <cstdint>

namespace tracetcp::decoding {

/// How deep a packet lies in others, so that a frame of nothing but headers ends, too; and the
/// VLAN of the outermost.
class Nesting {
 public:
  /// Goes one deeper; false: that is deeper than any network goes.
  bool enter() { return depth_++ < most; }

  void note_vlan(std::uint16_t number) {
    if (depth_ == 0 && vlan_ == 0) vlan_ = number;
  }
  /// In the outermost tag, before any tunnel; 0: there is none.
  [[nodiscard]] std::uint16_t vlan() const { return vlan_; }

 private:
  static constexpr int most = 8;

  int depth_ = 0;
  std::uint16_t vlan_ = 0;
};

}  // namespace tracetcp::decoding
