#pragma once

#include <compare>
#include <cstdint>

namespace tracetcp {

/// A number that means one thing only: a port is not a TTL. Always in host byte order.
template <class Meaning, class Int>
struct Number {
  Int value{};

  constexpr auto operator<=>(const Number&) const = default;
};

/// TCP port (RFC 9293, section 3.1), 0 to 65535.
using Port = Number<struct PortMeaning, std::uint16_t>;

/// IPv4 time to live (RFC 791, section 3.1) or IPv6 hop limit (RFC 8200, section 3), in hops.
using Ttl = Number<struct TtlMeaning, std::uint8_t>;

/// IPv4 identification (RFC 6864).
using IpId = Number<struct IpIdMeaning, std::uint16_t>;

/// IPv6 flow label (RFC 6437), 20 bits; 0: the packet belongs to no labelled flow.
using FlowLabel = Number<struct FlowLabelMeaning, std::uint32_t>;

/// TCP timestamp value (RFC 7323, section 3.2).
using TsVal = Number<struct TsValMeaning, std::uint32_t>;

/// TCP sequence number (RFC 9293, section 3.4); arithmetic on it wraps modulo 2^32.
using SeqNumber = Number<struct SeqNumberMeaning, std::uint32_t>;

constexpr SeqNumber operator+(SeqNumber number, std::uint32_t distance) {
  return {number.value + distance};
}

}  // namespace tracetcp
