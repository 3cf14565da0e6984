#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <span>

namespace tracetcp {

/// The header of a pcap savefile has two fields that other programs neither write nor read
/// (draft-ietf-opsawg-pcap, Reserved1 and Reserved2; once the time zone and the accuracy of
/// stamps). In the second one our recordings have this, by which they are known: in them even a
/// single SYN is a trace. It is lost where another program writes the file anew.
inline constexpr std::array<std::uint8_t, 4> own_mark{'t', 't', 'c', 'p'};
inline constexpr std::size_t own_mark_at = 12;  // bytes

/// In the first of these fields: of each family only the first trace was asked for, which the
/// others are compared with.
inline constexpr std::array<std::uint8_t, 4> control_mark{'c', 't', 'r', 'l'};
inline constexpr std::size_t control_mark_at = 8;  // bytes

inline bool has_own_mark(std::span<const std::uint8_t> header) {
  return header.size() >= own_mark_at + own_mark.size() &&
         std::memcmp(header.data() + own_mark_at, own_mark.data(), own_mark.size()) == 0;
}

/// Of a recording with has_own_mark().
inline bool has_control_mark(std::span<const std::uint8_t> header) {
  return std::memcmp(header.data() + control_mark_at, control_mark.data(), control_mark.size()) ==
         0;
}

}  // namespace tracetcp
