#include "link/live/arp.hpp"

#include "decode/view.hpp"
#include "link/live/neighbour_socket.hpp"

#include <tracetcp/error.hpp>

#include <fmt/core.h>

#include <algorithm>
#include <array>

namespace tracetcp {
namespace {

constexpr Mac everybody{0xff, 0xff, 0xff, 0xff, 0xff, 0xff};
constexpr Mac unknown_mac{};

std::array<std::uint8_t, 4> network_order(Address address) {
  const std::uint32_t value = address.ipv4();
  const auto part = [&](unsigned shift) { return static_cast<std::uint8_t>(value >> shift); };
  return {part(24), part(16), part(8), part(0)};
}

/// The sender's.
std::optional<Mac> read_arp_answer(Bytes frame) {
  constexpr std::size_t sender_mac = 14 + 8;
  const decoding::View bytes = decoding::View(frame).after(sender_mac).first(6);
  Mac mac{};
  if (bytes.size() < mac.size()) return std::nullopt;
  for (std::size_t i = 0; i < mac.size(); ++i) mac[i] = bytes.u8(i);
  return mac;
}

}  // namespace

Arp::Arp(const std::string& interface, Address own)
    : socket_(std::make_unique<NeighbourSocket>(interface, "ARP")), own_(own) {}

Arp::~Arp() = default;
Arp::Arp(Arp&&) noexcept = default;

Mac Arp::ask(Address neighbour) {
  const auto asker = network_order(own_);
  const auto asked = network_order(neighbour);
  const Mac& mac = socket_->own_mac();
  const auto build = [&](libnet_t* net) {
    return libnet_build_arp(ARPHRD_ETHER, ETHERTYPE_IP, 6, 4, ARPOP_REQUEST, mac.data(),
                            asker.data(), unknown_mac.data(), asked.data(), nullptr, 0, net,
                            0) != -1 &&
           libnet_build_ethernet(everybody.data(), mac.data(), ETHERTYPE_ARP, nullptr, 0, net, 0) !=
               -1;
  };
  const std::string filter = "arp[6:2] = 2 and arp src host " + neighbour.text();
  if (const auto answer = socket_->ask(filter, build, read_arp_answer)) return *answer;
  throw Error(fmt::format("{} does not answer ARP on {}; `ip neighbour` shows who does",
                          neighbour.text(), socket_->interface()));
}

}  // namespace tracetcp
