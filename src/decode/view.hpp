#pragma once

#include <tracetcp/frame.hpp>

#include <algorithm>
#include <cassert>
#include <cstddef>
#include <cstdint>

namespace tracetcp::decoding {

/// A part of a packet, read in network byte order. No read and no sub-view ever leaves it.
class View {
 public:
  constexpr explicit View(Bytes bytes) : bytes_(bytes) {}

  [[nodiscard]] constexpr std::size_t size() const { return bytes_.size(); }

  // The caller has made sure that these bytes are there: reading others is a bug in it, and gives
  // zeros where assertions are off.
  [[nodiscard]] constexpr std::uint8_t u8(std::size_t at) const {
    assert(at < size());
    return at < size() ? bytes_[at] : std::uint8_t{0};
  }
  [[nodiscard]] constexpr std::uint16_t u16(std::size_t at) const {
    return static_cast<std::uint16_t>(u8(at) << 8 | u8(at + 1));
  }
  [[nodiscard]] constexpr std::uint32_t u32(std::size_t at) const {
    return std::uint32_t{u16(at)} << 16 | u16(at + 2);
  }

  /// The first bytes; fewer where there are not so many.
  [[nodiscard]] constexpr View first(std::size_t count) const {
    return View(bytes_.first(std::min(count, size())));
  }

  /// What follows so many bytes; empty where nothing does.
  [[nodiscard]] constexpr View after(std::size_t count) const {
    return View(bytes_.subspan(std::min(count, size())));
  }

 private:
  Bytes bytes_;
};

}  // namespace tracetcp::decoding
