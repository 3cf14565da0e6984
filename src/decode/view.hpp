#pragma once

#include <tracetcp/frame.hpp>

#include <algorithm>
#include <cassert>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>

namespace tracetcp::decoding {

/// The first bytes of a part of a packet, as many as the type says: that they are there has been
/// seen to, and no read needs to look again.
template <std::size_t Size>
class Head {
 public:
  constexpr explicit Head(std::span<const std::uint8_t, Size> bytes) : bytes_(bytes) {}

  template <std::size_t At>
  [[nodiscard]] constexpr std::uint8_t u8() const {
    static_assert(At < Size);
    return bytes_[At];
  }
  template <std::size_t At>
  [[nodiscard]] constexpr std::uint16_t u16() const {
    return static_cast<std::uint16_t>(u8<At>() << 8 | u8<At + 1>());
  }
  template <std::size_t At>
  [[nodiscard]] constexpr std::uint32_t u32() const {
    return std::uint32_t{u8<At>()} << 24 | std::uint32_t{u8<At + 1>()} << 16 |
           std::uint32_t{u8<At + 2>()} << 8 | u8<At + 3>();
  }

 private:
  std::span<const std::uint8_t, Size> bytes_;
};

/// A part of a packet, read in network byte order. No read and no sub-view ever leaves it.
class View {
 public:
  constexpr explicit View(Bytes bytes) : bytes_(bytes) {}

  [[nodiscard]] constexpr std::size_t size() const { return bytes_.size(); }
  [[nodiscard]] constexpr Bytes bytes() const { return bytes_; }

  // The caller has made sure that these bytes are there: reading others is a bug in it, and gives
  // zeros where assertions are off.
  [[nodiscard]] constexpr std::uint8_t u8(std::size_t at) const {
    assert(at < size());
    return at < size() ? bytes_[at] : std::uint8_t{0};
  }
  [[nodiscard]] constexpr std::uint16_t u16(std::size_t at) const {
    assert(holds(at, 2));
    if (!holds(at, 2)) return 0;
    return static_cast<std::uint16_t>(bytes_[at] << 8 | bytes_[at + 1]);
  }
  [[nodiscard]] constexpr std::uint32_t u32(std::size_t at) const {
    assert(holds(at, 4));
    if (!holds(at, 4)) return 0;
    return std::uint32_t{bytes_[at]} << 24 | std::uint32_t{bytes_[at + 1]} << 16 |
           std::uint32_t{bytes_[at + 2]} << 8 | bytes_[at + 3];
  }

  /// So many bytes to read from; empty: there are fewer.
  template <std::size_t Size>
  [[nodiscard]] constexpr std::optional<Head<Size>> head() const {
    if (size() < Size) return std::nullopt;
    return Head<Size>(bytes_.first<Size>());
  }

  /// The first `count` bytes, or all where there are fewer.
  [[nodiscard]] constexpr View first(std::size_t count) const {
    return View(bytes_.first(std::min(count, size())));
  }

  /// What follows the first `count` bytes; empty where nothing does.
  [[nodiscard]] constexpr View after(std::size_t count) const {
    return View(bytes_.subspan(std::min(count, size())));
  }

 private:
  [[nodiscard]] constexpr bool holds(std::size_t at, std::size_t count) const {
    return count <= size() && at <= size() - count;
  }

  Bytes bytes_;
};

}  // namespace tracetcp::decoding
