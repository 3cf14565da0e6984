#include "platform/route_message.hpp"

#include <arpa/inet.h>
#include <libmnl/libmnl.h>
#include <linux/rtnetlink.h>
#include <netinet/in.h>

#include <algorithm>

namespace tracetcp {
namespace {

/// struct rtvia of linux/rtnetlink.h: an address family of 16 bits, then the address.
void read_via(const nlattr* attribute, RouteAnswer& answer) {
  constexpr std::size_t family_size = 2;
  const auto* bytes = static_cast<const std::uint8_t*>(mnl_attr_get_payload(attribute));
  const std::size_t size = mnl_attr_get_payload_len(attribute);
  if (size < family_size) return;
  answer.gateway.emplace();  // of whatever family: there is one
  std::uint16_t family = 0;
  std::copy_n(bytes, family_size, reinterpret_cast<std::uint8_t*>(&family));
  Inet6Address address{};
  if (family != AF_INET6 || size < family_size + address.size()) return;
  std::copy_n(bytes + family_size, address.size(), address.begin());
  answer.gateway->ipv6 = address;
}

int read_attribute(const nlattr* attribute, void* out) {
  auto& answer = *static_cast<RouteAnswer*>(out);
  if (mnl_attr_get_type(attribute) == RTA_VIA) {
    read_via(attribute, answer);
    return MNL_CB_OK;
  }
  if (mnl_attr_get_payload_len(attribute) != sizeof(std::uint32_t)) return MNL_CB_OK;
  const std::uint32_t value = mnl_attr_get_u32(attribute);
  switch (mnl_attr_get_type(attribute)) {
    case RTA_OIF:
      answer.interface_index = value;
      break;
    case RTA_PREFSRC:
      answer.source = Address(ntohl(value));
      break;
    case RTA_GATEWAY:
      answer.gateway = Gateway{.ipv4 = Address(ntohl(value)), .ipv6 = {}};
      break;
    default:
      break;
  }
  return MNL_CB_OK;
}

}  // namespace

nlmsghdr* write_question(RouteBuffer& buffer, const RouteQuestion& question) {
  constexpr std::uint8_t all_bits = 32;
  nlmsghdr* header = mnl_nlmsg_put_header(buffer.data());
  header->nlmsg_type = RTM_GETROUTE;
  header->nlmsg_flags = NLM_F_REQUEST;
  auto* route = static_cast<rtmsg*>(mnl_nlmsg_put_extra_header(header, sizeof(rtmsg)));
  route->rtm_family = AF_INET;
  route->rtm_dst_len = all_bits;
  mnl_attr_put_u32(header, RTA_DST, htonl(question.target.ipv4()));
  if (question.interface_index != 0) mnl_attr_put_u32(header, RTA_OIF, question.interface_index);
  if (question.source) {
    route->rtm_src_len = all_bits;
    mnl_attr_put_u32(header, RTA_SRC, htonl(question.source->ipv4()));
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
