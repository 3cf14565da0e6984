#include "decode_samples.hpp"

using namespace samples;
using tracetcp::Port;

namespace {

constexpr LinkType null = LinkType::null;
constexpr LinkType loop = LinkType::loop;
constexpr LinkType ppp = LinkType::ppp;
constexpr LinkType ppp_hdlc = LinkType::ppp_hdlc;
constexpr LinkType sll = LinkType::linux_sll;
constexpr LinkType sll2 = LinkType::linux_sll2;

struct Header {
  const char* name;
  LinkType link_type;
  std::string hex;
};

const std::string macs = "428b7f546189 020c43d39a35";

const std::vector<Header> before_ipv4{
    {"Ethernet", ethernet, macs + "0800"},
    {"VLAN 7", ethernet, macs + "8100 0007 0800"},
    {"QinQ", ethernet, macs + "88a8 2007 8100 0008 0800"},
    {"QinQ before 802.1ad", ethernet, macs + "9100 0007 8100 0008 0800"},
    {"three tags", ethernet, macs + "8100 0001 8100 0002 8100 0003 0800"},
    {"PPPoE", ethernet, macs + "8864 1100 0001 003e 0021"},
    {"PPPoE in a VLAN", ethernet, macs + "8100 0007 8864 1100 0001 003e 0021"},
    {"raw", LinkType::raw, ""},
    {"raw, old number", LinkType::raw_old, ""},
    {"raw, OpenBSD's number", LinkType::raw_openbsd, ""},
    {"IPv4", LinkType::ipv4, ""},
    {"null of a little-endian host", null, "02000000"},
    {"null of a big-endian host", null, "00000002"},
    {"loop", loop, "00000002"},
    {"cooked", sll, "0000 0001 0006 020c43d39a35 0000 0800"},
    {"cooked, VLAN", sll, "0000 0001 0006 020c43d39a35 0000 8100 0007 0800"},
    {"cooked, version 2", sll2, "0800 0000 00000002 0001 00 06 020c43d39a35 0000"},
    {"cooked, version 2, VLAN", sll2, "8100 0000 00000002 0001 00 06 020c43d39a35 0000 0007 0800"},
    {"PPP", ppp, "0021"},
    {"PPP, compressed protocol", ppp, "21"},
    {"PPP in HDLC framing", ppp, "ff03 0021"},
    {"PPP in HDLC framing, other number", ppp_hdlc, "ff03 0021"},
    {"PPP in HDLC framing, compressed protocol", ppp_hdlc, "ff03 21"},
};

struct Refused {
  const char* name;
  LinkType link_type;
  std::string hex;
  Reason reason;
};

const std::vector<Refused> refused{
    {"ARP", ethernet, macs + "0806", Reason::not_ip},
    {"802.3 length, spanning tree", ethernet, macs + "0026 424203", Reason::not_ip},
    {"IPv6", ethernet, macs + "86dd", Reason::ip_truncated},
    {"IPv6 in a VLAN", ethernet, macs + "8100 0007 86dd", Reason::ip_truncated},
    {"PPPoE, IPv6", ethernet, macs + "8864 1100 0001 003e 0057", Reason::ip_truncated},
    {"IPv6 that is not", ethernet, macs + "86dd 45", Reason::ip_bad_header},
    {"raw IPv6 that is not", LinkType::ipv6, "45", Reason::ip_bad_header},
    {"PPPoE, LCP", ethernet, macs + "8864 1100 0001 000a c021", Reason::not_ip},
    {"PPPoE, cut in its header", ethernet, macs + "8864 1100 0001", Reason::link_truncated},
    {"VLAN, cut in its tag", ethernet, macs + "8100 0007 08", Reason::link_truncated},
    {"null, Linux IPv6", null, "0a000000", Reason::ip_truncated},
    {"null, NetBSD IPv6", null, "18000000", Reason::ip_truncated},
    {"null, FreeBSD IPv6", null, "0000001c", Reason::ip_truncated},
    {"null, macOS IPv6", null, "1e000000", Reason::ip_truncated},
    {"null, Windows IPv6", null, "17000000", Reason::ip_truncated},
    {"loop, OpenBSD IPv6", loop, "00000018", Reason::ip_truncated},
    {"null, ISO", null, "07000000", Reason::not_ip},
    {"null, no family", null, "02000002", Reason::not_ip},
    {"null, no family either", null, "00020000", Reason::not_ip},
    {"cooked ARP", sll, "0000 0001 0006 020c43d39a35 0000 0806", Reason::not_ip},
    {"cooked IPv6", sll2, "86dd 0000 00000002 0001 00 06 020c43d39a35 0000", Reason::ip_truncated},
    {"PPP, IPv6", ppp, "0057", Reason::ip_truncated},
    {"PPP, IPv6, compressed protocol", ppp, "57", Reason::ip_truncated},
    {"PPP, LCP", ppp_hdlc, "ff03 c021", Reason::not_ip},
    {"USB", static_cast<LinkType>(220), "0800", Reason::link_type_unknown},
};

}  // namespace

TEST_CASE("the packet is found behind every link header") {
  for (const Header& header : before_ipv4) {
    CAPTURE(header.name);
    const Decoded result = decoded(header.link_type, joined(octets(header.hex), syn));
    CHECK(segment(result).tcp.destination == Port{443});
    CHECK(segment(result).tcp.rest->options_complete);
  }
}

TEST_CASE("a frame that ends within its link header is refused") {
  for (const Header& header : before_ipv4) {
    CAPTURE(header.name);
    const Octets all = octets(header.hex);
    // What is left of "ff03 0021" after its first byte may as well be a compressed protocol.
    const std::size_t shortest = header.hex.starts_with("ff03") ? 2 : 0;
    for (std::size_t size = shortest; size < all.size(); ++size) {
      CAPTURE(size);
      CHECK(reason(decoded(header.link_type, first(all, size))) == Reason::link_truncated);
    }
  }
}

TEST_CASE("what is not IPv4 is refused by its name") {
  for (const Refused& header : refused) {
    CAPTURE(header.name);
    CHECK(reason(decoded(header.link_type, octets(header.hex))) == header.reason);
  }
}
