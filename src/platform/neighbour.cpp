#include "platform/neighbour.hpp"

#include "platform/netlink.hpp"

#include <arpa/inet.h>
#include <linux/neighbour.h>
#include <linux/rtnetlink.h>
#include <sys/socket.h>

#include <algorithm>

namespace tracetcp {
namespace {

/// What is looked for, and what the kernel said of it.
struct Entry {
  Address address;
  unsigned interface_index = 0;
  std::uint16_t state = NUD_NONE;
  Mac mac{};
};

struct Attributes {
  std::uint32_t address = 0;  // network byte order
  bool has_mac = false;
  Mac mac{};
};

int read_neighbour_attribute(const nlattr* attribute, void* out) {
  auto& attributes = *static_cast<Attributes*>(out);
  const auto* payload = static_cast<const std::uint8_t*>(mnl_attr_get_payload(attribute));
  const auto size = mnl_attr_get_payload_len(attribute);
  if (mnl_attr_get_type(attribute) == NDA_DST && size == sizeof attributes.address) {
    attributes.address = mnl_attr_get_u32(attribute);
  }
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
  if (header->nlmsg_type != RTM_NEWNEIGH || message->ndm_family != AF_INET) return MNL_CB_OK;
  if (mnl_attr_parse(header, sizeof(ndmsg), read_neighbour_attribute, &attributes) < 0)
    return MNL_CB_OK;
  const bool meant = static_cast<unsigned>(message->ndm_ifindex) == entry.interface_index &&
                     Address(ntohl(attributes.address)) == entry.address;
  if (!meant) return MNL_CB_OK;
  entry.state = message->ndm_state;
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
  message->ndm_family = AF_INET;
  message->ndm_ifindex = static_cast<int>(entry.interface_index);
  mnl_attr_put_u32(request, NDA_DST, htonl(entry.address.value()));
  netlink.ask(request, read_neighbour, &entry);  // not known is no failure
}

bool is_usable(std::uint16_t state) {
  constexpr unsigned usable = NUD_REACHABLE | NUD_STALE | NUD_DELAY | NUD_PROBE | NUD_PERMANENT;
  return (state & usable) != 0;
}

}  // namespace

std::optional<Mac> find_neighbour(Address neighbour, unsigned interface_index) {
  Entry entry{.address = neighbour, .interface_index = interface_index};
  Netlink netlink;
  look_up(netlink, entry);
  return is_usable(entry.state) ? std::optional(entry.mac) : std::nullopt;
}

}  // namespace tracetcp
