#pragma once

#include <cstdint>

/// The ICMP message types that simulated machines send (RFC 792).
namespace tracetcp::sim::icmp_type {

inline constexpr std::uint8_t destination_unreachable = 3;
inline constexpr std::uint8_t source_quench = 4;
inline constexpr std::uint8_t redirect = 5;
inline constexpr std::uint8_t time_exceeded = 11;
inline constexpr std::uint8_t parameter_problem = 12;

}  // namespace tracetcp::sim::icmp_type

/// The ICMPv6 errors (RFC 4443).
namespace tracetcp::sim::icmpv6_type {

inline constexpr std::uint8_t destination_unreachable = 1;
inline constexpr std::uint8_t packet_too_big = 2;
inline constexpr std::uint8_t time_exceeded = 3;
inline constexpr std::uint8_t parameter_problem = 4;

}  // namespace tracetcp::sim::icmpv6_type
