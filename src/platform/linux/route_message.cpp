#include "platform/route_message.hpp"

#include "platform/socket_name.hpp"

#include <arpa/inet.h>
#include <libmnl/libmnl.h>
#include <linux/rtnetlink.h>
#include <netinet/in.h>

#include <algorithm>

namespace tracetcp {
namespace {

constexpr std::size_t ipv4_size = 4;  // bytes

/// An address of either family, in network byte order; empty: of another length.
std::optional<Address> read_address(const std::uint8_t* bytes, std::size_t size) {
  if (size == Address::ipv6_size) return Address(Address::Bytes(bytes, Address::ipv6_size));
  if (size != ipv4_size) return std::nullopt;
  std::uint32_t value = 0;
  std::copy_n(bytes, size, reinterpret_cast<std::uint8_t*>(&value));
  return Address(ntohl(value));
}

void put_address(nlmsghdr* header, std::uint16_t type, const Address& address) {
  const auto bytes = address.bytes();
  const std::size_t size =
      address.family() == Family::ipv4 ? ipv4_size : Address::ipv6_size;  // the last ones
  mnl_attr_put(header, type, size, bytes.data() + bytes.size() - size);
}

/// struct rtvia of linux/rtnetlink.h: an address family of 16 bits, then the address.
void read_via(const nlattr* attribute, RouteAnswer& answer) {
  constexpr std::size_t family_size = 2;
  const auto* bytes = static_cast<const std::uint8_t*>(mnl_attr_get_payload(attribute));
  const std::size_t size = mnl_attr_get_payload_len(attribute);
  if (size < family_size) return;
  answer.gateway.emplace();  // of whatever family: there is one
  std::uint16_t family = 0;
  std::copy_n(bytes, family_size, reinterpret_cast<std::uint8_t*>(&family));
  if (family == AF_INET6) {
    answer.gateway->address = read_address(bytes + family_size, size - family_size);
  }
}

int read_attribute(const nlattr* attribute, void* out) {
  auto& answer = *static_cast<RouteAnswer*>(out);
  if (mnl_attr_get_type(attribute) == RTA_VIA) {
    read_via(attribute, answer);
    return MNL_CB_OK;
  }
  const std::size_t size = mnl_attr_get_payload_len(attribute);
  const auto address =
      read_address(static_cast<const std::uint8_t*>(mnl_attr_get_payload(attribute)), size);
  switch (mnl_attr_get_type(attribute)) {
    case RTA_OIF:
      if (size == sizeof(std::uint32_t)) answer.interface_index = mnl_attr_get_u32(attribute);
      break;
    case RTA_PREFSRC:
      if (address) answer.source = *address;
      break;
    case RTA_GATEWAY:
      if (address) answer.gateway = Gateway{address};
      break;
    default:
      break;
  }
  return MNL_CB_OK;
}

}  // namespace

nlmsghdr* write_question(RouteBuffer& buffer, const RouteQuestion& question) {
  nlmsghdr* header = mnl_nlmsg_put_header(buffer.data());
  header->nlmsg_type = RTM_GETROUTE;
  header->nlmsg_flags = NLM_F_REQUEST;
  auto* route = static_cast<rtmsg*>(mnl_nlmsg_put_extra_header(header, sizeof(rtmsg)));
  route->rtm_family = static_cast<unsigned char>(socket_family(question.target.family()));
  const std::uint8_t all_bits = question.target.family() == Family::ipv4 ? 32 : 128;
  route->rtm_dst_len = all_bits;
  put_address(header, RTA_DST, question.target);
  if (question.interface_index != 0) mnl_attr_put_u32(header, RTA_OIF, question.interface_index);
  if (question.source) {
    route->rtm_src_len = all_bits;
    put_address(header, RTA_SRC, *question.source);
  }
  if (!question.target_port) return header;
  // Kernels before 4.18 do not know these, nor rules by port; they skip them.
  mnl_attr_put_u8(header, RTA_IP_PROTO, IPPROTO_TCP);
  mnl_attr_put_u16(header, RTA_DPORT, htons(question.target_port->value));
  if (question.source_port) mnl_attr_put_u16(header, RTA_SPORT, htons(question.source_port->value));
  return header;
}

int read_route_answer(const nlmsghdr* message, void* out) {
  if (message->nlmsg_type != RTM_NEWROUTE) return MNL_CB_OK;
  static_cast<RouteAnswer*>(out)->type =
      static_cast<const rtmsg*>(mnl_nlmsg_get_payload(message))->rtm_type;
  return mnl_attr_parse(message, sizeof(rtmsg), read_attribute, out);
}

}  // namespace tracetcp
