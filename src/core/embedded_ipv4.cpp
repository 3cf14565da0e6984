#include "core/embedded_ipv4.hpp"

namespace tracetcp {

std::optional<EmbeddedIpv4> embedded_ipv4(const Address& address) {
  constexpr std::uint64_t nat64 = 0x0064'ff9b'0000'0000;
  constexpr std::uint64_t six_to_four = 0x2002;
  if (address.upper() == nat64 && address.lower() >> 32U == 0) {
    return EmbeddedIpv4{.by = "NAT64", .address = Address(address.ipv4())};
  }
  if (address.upper() >> 48U == six_to_four) {
    const auto ipv4 = static_cast<std::uint32_t>(address.upper() >> 16U);
    return EmbeddedIpv4{.by = "6to4", .address = Address(ipv4)};
  }
  return std::nullopt;
}

std::string embedded_ipv4_text(const Address& address) {
  const auto embedded = embedded_ipv4(address);
  if (!embedded) return "";
  return std::string(embedded->by) + " of " + embedded->address.text();
}

}  // namespace tracetcp
