#include "link/live/solicitation.hpp"

#include "decode/view.hpp"
#include "link/live/neighbour_socket.hpp"

#include <tracetcp/error.hpp>

#include <fmt/core.h>

#include <algorithm>
#include <array>

namespace tracetcp {
namespace {

// RFC 4861, sections 4.3, 4.4 and 4.6.1.
constexpr std::uint8_t solicitation_type = 135;
constexpr std::uint8_t advertisement_type = 136;
constexpr std::uint8_t on_link_hop_limit = 255;  // who is off the link can't send this
constexpr std::uint8_t source_option = 1;        // the asker's link-layer address
constexpr std::uint8_t target_option = 2;        // that which was asked for
constexpr std::size_t message_size = 24;         // of both
constexpr std::size_t option_unit = 8;           // bytes

libnet_in6_addr to_libnet(const Address& address) {
  libnet_in6_addr converted{};
  const auto bytes = address.bytes();
  std::copy(bytes.begin(), bytes.end(), converted.libnet_s6_addr);
  return converted;
}

/// The group that a neighbour with that address listens to (RFC 4291, section 2.7.1).
Address solicited_group(const Address& neighbour) {
  const auto bytes = neighbour.bytes();
  std::array<std::uint8_t, Address::ipv6_size> group{0xff, 0x02, 0, 0, 0,    0, 0, 0,
                                                     0,    0,    0, 1, 0xff, 0, 0, 0};
  std::copy(bytes.end() - 3, bytes.end(), group.end() - 3);
  return Address(Address::Bytes(group));
}

/// Of a group (RFC 2464, section 7).
Mac mac_of_group(const Address& group) {
  const auto bytes = group.bytes();
  Mac mac{0x33, 0x33};
  std::copy(bytes.end() - 4, bytes.end(), mac.begin() + 2);
  return mac;
}

/// The advertisement of that neighbour, with what RFC 4861, section 7.1.2, asks for.
std::string advertisement_of(const Address& neighbour) {
  std::string filter = fmt::format("ip6 and ip6[6] = 58 and ip6[7] = {} and ip6[40:2] = {}",
                                   on_link_hop_limit, advertisement_type << 8);
  const auto bytes = neighbour.bytes();
  constexpr std::size_t target_at = 48;
  for (std::size_t at = 0; at < bytes.size(); at += 2) {
    filter += fmt::format(" and ip6[{}:2] = {}", target_at + at, bytes[at] << 8 | bytes[at + 1]);
  }
  return filter;
}

/// That of the option, which an answer to a group must have (RFC 4861, section 4.4).
std::optional<Mac> read_advertisement(Bytes frame) {
  constexpr std::size_t headers = 14 + 40 + message_size;
  decoding::View options = decoding::View(frame).after(headers);
  while (options.size() >= option_unit) {
    const std::size_t size = option_unit * options.u8(1);
    if (size == 0) return std::nullopt;  // RFC 4861, section 4.6: discarded
    if (options.u8(0) == target_option) {
      Mac mac{};
      for (std::size_t i = 0; i < mac.size(); ++i) mac[i] = options.u8(2 + i);
      return mac;
    }
    options = options.after(size);
  }
  return std::nullopt;
}

}  // namespace

Solicitation::Solicitation(const std::string& interface, Address own)
    : socket_(std::make_unique<NeighbourSocket>(interface, "neighbour solicitation")), own_(own) {}

Solicitation::~Solicitation() = default;
Solicitation::Solicitation(Solicitation&&) noexcept = default;

Mac Solicitation::ask(Address neighbour) {
  const Address group = solicited_group(neighbour);
  const Mac group_mac = mac_of_group(group);
  Mac own_mac = socket_->own_mac();
  const auto build = [&](libnet_t* net) {
    return libnet_build_icmpv6_ndp_opt(source_option, own_mac.data(), own_mac.size(), net, 0) !=
               -1 &&
           libnet_build_icmpv6_ndp_nsol(solicitation_type, 0, 0, to_libnet(neighbour), nullptr, 0,
                                        net, 0) != -1 &&
           libnet_build_ipv6(0, 0, message_size + option_unit, IPPROTO_ICMPV6, on_link_hop_limit,
                             to_libnet(own_), to_libnet(group), nullptr, 0, net, 0) != -1 &&
           libnet_build_ethernet(group_mac.data(), own_mac.data(), ETHERTYPE_IPV6, nullptr, 0, net,
                                 0) != -1;
  };
  if (const auto answer = socket_->ask(advertisement_of(neighbour), build, read_advertisement)) {
    return *answer;
  }
  throw Error(
      fmt::format("{} does not answer neighbour solicitations on {}; `ip -6 neighbour` shows "
                  "who does",
                  neighbour.text(), socket_->interface()));
}

}  // namespace tracetcp
