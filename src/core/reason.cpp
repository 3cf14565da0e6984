#include <tracetcp/reason.hpp>

namespace tracetcp {

std::string_view name(Reason reason) {
  switch (reason) {
    case Reason::link_truncated:
      return "link-truncated";
    case Reason::link_type_unknown:
      return "link-type-unknown";
    case Reason::not_ip:
      return "not-ip";
    case Reason::ip_truncated:
      return "ip-truncated";
    case Reason::ip_bad_header:
      return "ip-bad-header";
    case Reason::ip_fragment:
      return "ip-fragment";
    case Reason::extension_headers:
      return "extension-headers";
    case Reason::mapped_address:
      return "mapped-address";
    case Reason::not_tcp_or_icmp:
      return "not-tcp-or-icmp";
    case Reason::tcp_truncated:
      return "tcp-truncated";
    case Reason::tcp_bad_header:
      return "tcp-bad-header";
    case Reason::icmp_truncated:
      return "icmp-truncated";
    case Reason::icmp_not_error:
      return "icmp-not-error";
    case Reason::neighbour_discovery:
      return "neighbour-discovery";
    case Reason::multicast_listener:
      return "multicast-listener";
    case Reason::quote_truncated:
      return "quote-truncated";
    case Reason::quote_bad_header:
      return "quote-bad-header";
    case Reason::quote_not_tcp:
      return "quote-not-tcp";
    case Reason::not_ours:
      return "not-ours";
    case Reason::other_isn:
      return "other-isn";
    case Reason::other_sender:
      return "other-sender";
    case Reason::not_delivered:
      return "not-delivered";
    case Reason::own_reset:
      return "own-reset";
    case Reason::own_error:
      return "own-error";
    case Reason::tcp_other:
      return "tcp-other";
    case Reason::duplicate:
      return "duplicate";
    case Reason::unattributed:
      return "unattributed";
    case Reason::late:
      return "late";
    case Reason::count_:
      break;
  }
  return "unknown";
}

}  // namespace tracetcp
