#include "core/scope.hpp"

#include <algorithm>
#include <array>

namespace tracetcp {
namespace {

struct Ipv4Range {
  std::uint32_t first = 0;
  int length = 0;  ///< of the prefix, 1 to 32 bits
  Scope scope = Scope::special;

  [[nodiscard]] constexpr bool holds(const Address& address) const {
    const int rest = 32 - length;
    return address.ipv4() >> rest == first >> rest;
  }
};

/// All prefixes of the registry but single addresses are within the upper 64 bits, or end with
/// zeros there.
struct Ipv6Range {
  std::uint64_t upper = 0;
  int length = 0;  ///< of the prefix, 1 to 128 bits; beyond 64: all of the upper ones
  Scope scope = Scope::special;
  std::uint64_t lower = 0;

  [[nodiscard]] constexpr bool holds(const Address& address) const {
    if (length <= 64) return address.upper() >> (64 - length) == upper >> (64 - length);
    return address.upper() == upper && address.lower() >> (128 - length) == lower >> (128 - length);
  }
};

constexpr std::uint32_t dotted(std::uint32_t a, std::uint32_t b, std::uint32_t c, std::uint32_t d) {
  return a << 24U | b << 16U | c << 8U | d;
}

/// The first that holds an address counts.
constexpr std::array ipv4_ranges{
    Ipv4Range{dotted(0, 0, 0, 0), 8},                           // this network, RFC 791
    Ipv4Range{dotted(10, 0, 0, 0), 8, Scope::private_use},      // RFC 1918
    Ipv4Range{dotted(100, 64, 0, 0), 10, Scope::private_use},   // carriers, RFC 6598
    Ipv4Range{dotted(127, 0, 0, 0), 8},                         // loopback, RFC 1122
    Ipv4Range{dotted(169, 254, 0, 0), 16},                      // link-local, RFC 3927
    Ipv4Range{dotted(172, 16, 0, 0), 12, Scope::private_use},   // RFC 1918
    Ipv4Range{dotted(192, 0, 0, 9), 32, Scope::global},         // PCP anycast, RFC 7723
    Ipv4Range{dotted(192, 0, 0, 10), 32, Scope::global},        // TURN anycast, RFC 8155
    Ipv4Range{dotted(192, 0, 0, 0), 24},                        // protocol assignments, RFC 6890
    Ipv4Range{dotted(192, 0, 2, 0), 24},                        // documentation, RFC 5737
    Ipv4Range{dotted(192, 88, 99, 0), 24},                      // 6to4 relays, ended by RFC 7526
    Ipv4Range{dotted(192, 168, 0, 0), 16, Scope::private_use},  // RFC 1918
    Ipv4Range{dotted(198, 18, 0, 0), 15},                       // benchmarks, RFC 2544
    Ipv4Range{dotted(198, 51, 100, 0), 24},                     // documentation, RFC 5737
    Ipv4Range{dotted(203, 0, 113, 0), 24},                      // documentation, RFC 5737
    Ipv4Range{dotted(224, 0, 0, 0), 4},                         // multicast, RFC 5771
    Ipv4Range{dotted(240, 0, 0, 0), 4},                         // reserved, RFC 1112; broadcast
};

/// The upper 64 bits of a prefix whose first groups of 16 bits are these.
constexpr std::uint64_t groups(std::uint64_t a, std::uint64_t b = 0, std::uint64_t c = 0,
                               std::uint64_t d = 0) {
  return a << 48U | b << 32U | c << 16U | d;
}

/// The first that holds an address counts.
constexpr std::array ipv6_ranges{
    Ipv6Range{groups(0), 128, Scope::special, 0},            // unspecified, RFC 4291
    Ipv6Range{groups(0), 128, Scope::special, 1},            // loopback, RFC 4291
    Ipv6Range{groups(0x64, 0xff9b), 96, Scope::global},      // NAT64, RFC 6052
    Ipv6Range{groups(0x64, 0xff9b, 1), 48},                  // NAT64 of one network, RFC 8215
    Ipv6Range{groups(0x100), 64},                            // discarded, RFC 6666
    Ipv6Range{groups(0x100, 0, 0, 1), 64},                   // dummy prefix, RFC 9780
    Ipv6Range{groups(0x2001, 1), 128, Scope::global, 1},     // PCP anycast, RFC 7723
    Ipv6Range{groups(0x2001, 1), 128, Scope::global, 2},     // TURN anycast, RFC 8155
    Ipv6Range{groups(0x2001, 1), 128, Scope::global, 3},     // DNS-SD anycast, RFC 9665
    Ipv6Range{groups(0x2001, 3), 32, Scope::global},         // AMT, RFC 7450
    Ipv6Range{groups(0x2001, 4, 0x112), 48, Scope::global},  // AS112, RFC 7535
    Ipv6Range{groups(0x2001, 0x20), 28, Scope::global},      // ORCHIDv2, RFC 7343
    Ipv6Range{groups(0x2001, 0x30), 28, Scope::global},      // DRIP, RFC 9374
    Ipv6Range{groups(0x2001), 23},                           // protocols, RFC 2928; Teredo
    Ipv6Range{groups(0x2001, 0xdb8), 32},                    // documentation, RFC 3849
    Ipv6Range{groups(0x2002), 16},                           // 6to4, RFC 3056
    Ipv6Range{groups(0x3fff), 20},                           // documentation, RFC 9637
    Ipv6Range{groups(0x5f00), 16},                           // segment routing, RFC 9602
    Ipv6Range{groups(0xfc00), 7, Scope::private_use},        // unique local, RFC 4193
    Ipv6Range{groups(0xfe80), 10},                           // link-local, RFC 4291
    Ipv6Range{groups(0xff00), 8},                            // multicast, RFC 4291
};

template <class Ranges>
Scope scope_in(const Ranges& ranges, const Address& address) {
  const auto found = std::find_if(ranges.begin(), ranges.end(),
                                  [&](const auto& range) { return range.holds(address); });
  return found == ranges.end() ? Scope::global : found->scope;
}

}  // namespace

Scope scope_of(const Address& address) {
  return address.family() == Family::ipv4 ? scope_in(ipv4_ranges, address)
                                          : scope_in(ipv6_ranges, address);
}

bool is_link_local(const Address& address) {
  constexpr int prefix_bits = 10;
  constexpr std::uint64_t prefix = 0xfe80ULL << 48U >> (64 - prefix_bits);
  return address.family() == Family::ipv6 && address.upper() >> (64 - prefix_bits) == prefix;
}

bool is_loopback(const Address& address) {
  constexpr std::uint32_t loopback_net = 127;
  if (address.family() == Family::ipv4) return address.ipv4() >> 24 == loopback_net;
  return address.upper() == 0 && address.lower() == 1;
}

}  // namespace tracetcp
