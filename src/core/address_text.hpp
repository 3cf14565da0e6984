#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

namespace tracetcp {

/// Four decimal numbers without leading zeros, as inet_pton(3) takes them.
std::optional<std::uint32_t> read_ipv4(std::string_view text);

/// RFC 4291, section 2.2, in network byte order.
std::optional<std::array<std::uint8_t, 16>> read_ipv6(std::string_view text);

/// These write the text, not terminated, and return its end. That of IPv6 is by RFC 5952; the last
/// 32 bits are written as IPv4 in addresses that map or embed one (::ffff:192.0.2.1).
char* write_ipv4(char* end, std::uint32_t number);
char* write_ipv6(char* end, std::span<const std::uint8_t> bytes);

}  // namespace tracetcp
