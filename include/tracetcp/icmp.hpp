#pragma once

#include <tracetcp/address.hpp>

#include <cstdint>
#include <string_view>

namespace tracetcp {

/// Type and code of an ICMP message. ICMP and ICMPv6 number theirs differently: 3 is "destination
/// unreachable" in the one (RFC 792) and "time exceeded" in the other (RFC 4443).
struct IcmpNumbers {
  Family family = Family::ipv4;
  std::uint8_t type = 0;
  std::uint8_t code = 0;

  constexpr bool operator==(const IcmpNumbers&) const = default;
};

/// What an ICMP error says of the packet that it quotes.
enum class IcmpMeaning : std::uint8_t {
  time_exceeded,      ///< its TTL or hop limit ran out
  unreachable,        ///< discarded; why: unreachable_reason()
  too_big,            ///< discarded: longer than the next link takes
  parameter_problem,  ///< discarded: its header has a fault (RFC 1122, section 3.2.2.5)
  source_quench,      ///< forwarded, but fewer of its kind should come
  redirect,           ///< forwarded, but another router is nearer
  none,               ///< the message is no error
};

/// Why a packet was discarded as unreachable.
enum class UnreachableReason : std::uint8_t {
  network,     ///< no route
  host,        ///< its neighbour does not answer
  protocol,    ///< not spoken there
  port,        ///< no service listens there
  prohibited,  ///< by a rule
  other,
};

IcmpMeaning meaning(IcmpNumbers numbers);

/// Of an IcmpMeaning::unreachable; `other` for all else.
UnreachableReason unreachable_reason(IcmpNumbers numbers);

/// Both numbers in words, e.g. "administratively prohibited" (RFC 792; RFC 1122, section 3.2.2.1;
/// RFC 1812, section 5.2.7.1; RFC 4443; IANA's registries of ICMP and ICMPv6 parameters).
std::string_view icmp_text(IcmpNumbers numbers);

}  // namespace tracetcp
