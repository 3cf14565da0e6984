#include "platform/neighbour.hpp"

#include "platform/netlink.hpp"

#include <linux/neighbour.h>
#include <linux/rtnetlink.h>
#include <sys/socket.h>

#include <algorithm>
#include <array>
#include <vector>

namespace tracetcp {
namespace {

/// An IPv4 or IPv6 address in network byte order.
using AddressBytes = std::vector<std::uint8_t>;

AddressBytes bytes_of(const Address& neighbour) {
  constexpr std::ptrdiff_t ipv4_size = 4;
  const auto bytes = neighbour.bytes();
  const bool is_ipv4 = neighbour.family() == Family::ipv4;
  return {is_ipv4 ? bytes.end() - ipv4_size : bytes.begin(), bytes.end()};
}

/// What is looked for, and what the kernel said of it.
struct Entry {
  AddressBytes address;
  unsigned interface_index = 0;
  std::uint16_t state = NUD_NONE;
  bool is_silent = false;
  Mac mac{};
};

struct Attributes {
  AddressBytes address;
  bool has_mac = false;
  Mac mac{};
};

int read_neighbour_attribute(const nlattr* attribute, void* out) {
  auto& attributes = *static_cast<Attributes*>(out);
  const auto* payload = static_cast<const std::uint8_t*>(mnl_attr_get_payload(attribute));
  const auto size = mnl_attr_get_payload_len(attribute);
  if (mnl_attr_get_type(attribute) == NDA_DST) attributes.address.assign(payload, payload + size);
  if (mnl_attr_get_type(attribute) == NDA_LLADDR && size == attributes.mac.size()) {
    attributes.has_mac = true;
    std::copy_n(payload, size, attributes.mac.begin());
  }
  return MNL_CB_OK;
}

int read_neighbour(const nlmsghdr* header, void* out) {
  auto& entry = *static_cast<Entry*>(out);
  const auto* message = static_cast<const ndmsg*>(mnl_nlmsg_get_payload(header));
  Attributes attributes;
  if (header->nlmsg_type != RTM_NEWNEIGH) return MNL_CB_OK;
  if (mnl_attr_parse(header, sizeof(ndmsg), read_neighbour_attribute, &attributes) < 0)
    return MNL_CB_OK;
  const bool meant = static_cast<unsigned>(message->ndm_ifindex) == entry.interface_index &&
                     attributes.address == entry.address;
  if (!meant) return MNL_CB_OK;
  entry.state = message->ndm_state;
  entry.is_silent = (entry.state & (NUD_INCOMPLETE | NUD_FAILED)) != 0;
  entry.mac = attributes.mac;
  if (!attributes.has_mac && entry.state != NUD_FAILED) entry.state = NUD_INCOMPLETE;
  return MNL_CB_OK;
}

void look_up(Netlink& netlink, Entry& entry) {
  std::array<char, 256> buffer{};
  nlmsghdr* request = mnl_nlmsg_put_header(buffer.data());
  request->nlmsg_type = RTM_GETNEIGH;
  request->nlmsg_flags = NLM_F_REQUEST;
  auto* message = static_cast<ndmsg*>(mnl_nlmsg_put_extra_header(request, sizeof(ndmsg)));
  message->ndm_family = entry.address.size() == Address::ipv6_size ? AF_INET6 : AF_INET;
  message->ndm_ifindex = static_cast<int>(entry.interface_index);
  mnl_attr_put(request, NDA_DST, entry.address.size(), entry.address.data());
  netlink.ask(request, read_neighbour, &entry);  // not known is no failure
}

bool is_usable(std::uint16_t state) {
  constexpr unsigned usable = NUD_REACHABLE | NUD_STALE | NUD_DELAY | NUD_PROBE | NUD_PERMANENT;
  return (state & usable) != 0;
}

}  // namespace

std::optional<Mac> find_neighbour(const Address& neighbour, unsigned interface_index) {
  Netlink netlink;
  if (!netlink.is_open()) return std::nullopt;
  Entry entry{.address = bytes_of(neighbour), .interface_index = interface_index};
  look_up(netlink, entry);
  return is_usable(entry.state) ? std::optional(entry.mac) : std::nullopt;
}

struct NeighbourWatch::State {
  Address neighbour;
  unsigned interface_index;
  Netlink netlink;
};

NeighbourWatch::NeighbourWatch(const Address& neighbour, unsigned interface_index)
    : state_(new State{.neighbour = neighbour, .interface_index = interface_index, .netlink = {}}) {
}

NeighbourWatch::~NeighbourWatch() = default;

bool NeighbourWatch::is_silent() {
  if (!state_->netlink.is_open()) return false;
  Entry entry{.address = bytes_of(state_->neighbour), .interface_index = state_->interface_index};
  look_up(state_->netlink, entry);
  return entry.is_silent;
}

}  // namespace tracetcp
