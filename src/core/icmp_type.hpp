#pragma once

#include <cstdint>

/// ICMP message types (RFC 792) and the codes that the program itself asks for.
namespace tracetcp::icmp_type {

inline constexpr std::uint8_t destination_unreachable = 3;
inline constexpr std::uint8_t source_quench = 4;
inline constexpr std::uint8_t redirect = 5;
inline constexpr std::uint8_t time_exceeded = 11;
inline constexpr std::uint8_t parameter_problem = 12;

}  // namespace tracetcp::icmp_type
