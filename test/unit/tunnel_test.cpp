#include "decode_samples.hpp"

using namespace samples;
using tracetcp::Port;

namespace {

constexpr LinkType wifi = LinkType::wifi;
constexpr LinkType radiotap = LinkType::wifi_radiotap;
constexpr LinkType nflog = LinkType::nflog;

const std::string two_macs = "020000000002 020000000001";
const std::string inner_ethernet = two_macs + "0800";  // an Ethernet header before IPv4

/// An outer IPv4 header, whose length is left at 0 (cut into segments by hardware).
std::string outer_ipv4(const std::string& protocol) {
  return two_macs + "0800 4500 0000 0007 4000 40" + protocol + "0000 c0000201 c0000202";
}
std::string outer_udp(const std::string& port) {
  return outer_ipv4("11") + "c000" + port + "0000 0000";
}
const std::string outer_ipv6 = two_macs + "86dd 6000 0000 0000";
const std::string outer_ipv6_ends =
    "40 20010db8000000000000000000000001 20010db8000000000000000000000002";
const std::string wifi_ends = "0000 020000000001 020000000002 020000000003 0000";
const std::string llc_ipv4 = "aaaa03 000000 0800";

struct Around {
  std::string name;
  LinkType link_type;
  std::string hex;
};

// By the RFCs and standards that src/decode/tunnel.hpp and wifi.hpp name.
const std::vector<Around> around{
    {"MPLS, two labels", ethernet, two_macs + "8847 00010040 00011140"},
    {"MPLS without Ethernet", LinkType::mpls, "00010140"},
    {"MPLS pseudowire", ethernet, two_macs + "8847 00012140 00000000" + inner_ethernet},
    {"MPLS pseudowire without control word", ethernet, two_macs + "8848 00012140" + inner_ethernet},
    {"IP in IP", ethernet, outer_ipv4("04")},
    {"IP in IP in IP", ethernet, outer_ipv4("04") + outer_ipv4("04").substr(two_macs.size() + 4)},
    {"GRE", ethernet, outer_ipv4("2f") + "0000 0800"},
    {"GRE with checksum, key and number", ethernet,
     outer_ipv4("2f") + "b000 0800 00000000 00000005 00000001"},
    {"GRE, bridged", ethernet, outer_ipv4("2f") + "0000 6558" + inner_ethernet},
    {"GRE, MPLS", ethernet, outer_ipv4("2f") + "0000 8847 00010140"},
    {"GRE, PPTP", ethernet, outer_ipv4("2f") + "3081 880b 00000005 00000001 00000001 ff03 0021"},
    {"ERSPAN", ethernet,
     outer_ipv4("2f") + "1000 88be 00000001 10010001 00000000" + inner_ethernet},
    {"ERSPAN, type I", ethernet, outer_ipv4("2f") + "0000 88be" + inner_ethernet},
    {"ERSPAN, type III", ethernet,
     outer_ipv4("2f") + "1000 22eb 00000001 20010001 00000000 00000000" + inner_ethernet},
    {"ERSPAN, type III with subheader", ethernet,
     outer_ipv4("2f") + "1000 22eb 00000001 20010001 00000000 00000001 00000000 00000000" +
         inner_ethernet},
    {"EtherIP", ethernet, outer_ipv4("61") + "3000" + inner_ethernet},
    {"MPLS in IP", ethernet, outer_ipv4("89") + "00010140"},
    {"VXLAN", ethernet, outer_udp("12b5") + "08000000 00000500" + inner_ethernet},
    {"VXLAN, Linux's own port", ethernet, outer_udp("2118") + "08000000 00000500" + inner_ethernet},
    {"VXLAN with a VLAN in it", ethernet,
     outer_udp("12b5") + "08000000 00000500" + two_macs + "8100 0005 0800"},
    {"Geneve with an option", ethernet,
     outer_udp("17c1") + "0100 6558 00000500 00000000" + inner_ethernet},
    {"Geneve, IP", ethernet, outer_udp("17c1") + "0000 0800 00000500"},
    {"MPLS in UDP", ethernet, outer_udp("19eb") + "00010140"},
    {"GTP-U", ethernet, outer_udp("0868") + "30 ff 0000 00000009"},
    {"GTP-U with extension headers", ethernet,
     outer_udp("0868") + "34 ff 0000 00000009 0000 00 85 01 100a 85 01 1000 00"},
    {"DS-Lite", ethernet, outer_ipv6 + "04" + outer_ipv6_ends},
    {"GRE over IPv6 with options", ethernet,
     outer_ipv6 + "3c" + outer_ipv6_ends + "2f00 0000 00000000 0000 0800"},
    {"802.11 to the distribution system", wifi, "0801" + wifi_ends + llc_ipv4},
    {"802.11 between access points", wifi, "0803" + wifi_ends + "020000000004" + llc_ipv4},
    {"802.11, QoS", wifi, "8802" + wifi_ends + "0000" + llc_ipv4},
    {"802.11, QoS with HT control", wifi, "8882" + wifi_ends + "0000 00000000" + llc_ipv4},
    {"802.11, aggregated", wifi,
     "8802" + wifi_ends + "8000 020000000001 020000000002 0044" + llc_ipv4},
    {"radiotap", radiotap, "0000 0800 00000000 0801" + wifi_ends + llc_ipv4},
    {"radiotap, filled up", radiotap,
     "0000 1100 03000000 0000000000000000 20 8802" + wifi_ends + "0000 0000" + llc_ipv4},
    {"Prism", LinkType::wifi_prism,
     std::string("00000044 00000090") + std::string(272, '0') + "0801" + wifi_ends + llc_ipv4},
    {"AVS", LinkType::wifi_avs,
     "80211001 00000040" + std::string(112, '0') + "0801" + wifi_ends + llc_ipv4},
    {"PPI", LinkType::ppi, "0000 0800 69000000 0801" + wifi_ends + llc_ipv4},
    {"NFLOG of a little-endian host", nflog, "02000005 0800 0100 08000300 4000 0900"},
    {"NFLOG of a big-endian host", nflog, "02000005 0008 0001 08000300 0040 0009"},
    {"PPPoE alone", LinkType::pppoe, "1100 0001 003e 0021"},
    {"Cisco HDLC", LinkType::cisco_hdlc, "0f00 0800"},
    {"ATM", LinkType::atm, llc_ipv4},
    {"802.3", ethernet, two_macs + "0044" + llc_ipv4},
};

}  // namespace

TEST_CASE("a packet is found in whatever carries it") {
  for (const Around& one : around) {
    CAPTURE(one.name);
    const Decoded result = decoded(one.link_type, joined(octets(one.hex), syn));
    REQUIRE(std::holds_alternative<TcpSegment>(result));
    CHECK(segment(result).tcp.destination == Port{443});
    CHECK(segment(result).tcp.rest->options_complete);
  }
}

TEST_CASE("what is cut short around a packet gives none") {
  for (const Around& one : around) {
    const Octets all = octets(one.hex);
    for (std::size_t size = 0; size < all.size(); ++size) {
      CAPTURE(one.name);
      CAPTURE(size);
      CHECK(std::holds_alternative<Reason>(decoded(one.link_type, first(all, size))));
    }
  }
}

TEST_CASE("tunnels in tunnels are followed as deep as any network goes") {
  const std::string one = outer_ipv4("04").substr(two_macs.size() + 4);
  std::string hex = two_macs + "0800";
  for (int depth = 0; depth < 40; ++depth) hex += one;
  CHECK(reason(decoded(ethernet, joined(octets(hex), syn))) == Reason::not_tcp_or_icmp);
}

TEST_CASE("what is no tunnel is refused by its name") {
  CHECK(reason(decoded(ethernet, octets(outer_udp("0035") + "0000"))) == Reason::not_tcp_or_icmp);
  CHECK(reason(decoded(ethernet, joined(octets(outer_ipv4("32")), syn))) ==
        Reason::not_tcp_or_icmp);
  CHECK(reason(decoded(ethernet, joined(octets(outer_ipv6 + "32" + outer_ipv6_ends), syn))) ==
        Reason::not_tcp_or_icmp);
  // Encrypted, and a beacon.
  CHECK(reason(decoded(wifi, joined(octets("0841" + wifi_ends + llc_ipv4), syn))) ==
        Reason::not_ip);
  CHECK(reason(decoded(wifi, joined(octets("8000" + wifi_ends + llc_ipv4), syn))) ==
        Reason::not_ip);
}
