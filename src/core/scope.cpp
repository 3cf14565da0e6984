#include "core/scope.hpp"

#include <algorithm>
#include <array>

namespace tracetcp {
namespace {

struct Range {
  std::uint32_t first = 0;
  int length = 0;  ///< of the prefix, 1 to 32 bits
  Scope scope = Scope::special;

  [[nodiscard]] constexpr bool holds(std::uint32_t address) const {
    const int rest = 32 - length;
    return address >> rest == first >> rest;
  }
};

constexpr std::uint32_t dotted(std::uint32_t a, std::uint32_t b, std::uint32_t c, std::uint32_t d) {
  return a << 24U | b << 16U | c << 8U | d;
}

/// The first that holds an address counts.
constexpr std::array ranges{
    Range{dotted(0, 0, 0, 0), 8},                           // this network, RFC 791
    Range{dotted(10, 0, 0, 0), 8, Scope::private_use},      // RFC 1918
    Range{dotted(100, 64, 0, 0), 10, Scope::private_use},   // carriers, RFC 6598
    Range{dotted(127, 0, 0, 0), 8},                         // loopback, RFC 1122
    Range{dotted(169, 254, 0, 0), 16},                      // link-local, RFC 3927
    Range{dotted(172, 16, 0, 0), 12, Scope::private_use},   // RFC 1918
    Range{dotted(192, 0, 0, 9), 32, Scope::global},         // PCP anycast, RFC 7723
    Range{dotted(192, 0, 0, 10), 32, Scope::global},        // TURN anycast, RFC 8155
    Range{dotted(192, 0, 0, 0), 24},                        // protocol assignments, RFC 6890
    Range{dotted(192, 0, 2, 0), 24},                        // documentation, RFC 5737
    Range{dotted(192, 88, 99, 0), 24},                      // 6to4 relays, ended by RFC 7526
    Range{dotted(192, 168, 0, 0), 16, Scope::private_use},  // RFC 1918
    Range{dotted(198, 18, 0, 0), 15},                       // benchmarks, RFC 2544
    Range{dotted(198, 51, 100, 0), 24},                     // documentation, RFC 5737
    Range{dotted(203, 0, 113, 0), 24},                      // documentation, RFC 5737
    Range{dotted(224, 0, 0, 0), 4},                         // multicast, RFC 5771
    Range{dotted(240, 0, 0, 0), 4},                         // reserved, RFC 1112; broadcast
};

}  // namespace

Scope scope_of(Address address) {
  const auto* const found = std::find_if(ranges.begin(), ranges.end(), [&](const Range& range) {
    return range.holds(address.value());
  });
  return found == ranges.end() ? Scope::global : found->scope;
}

}  // namespace tracetcp
