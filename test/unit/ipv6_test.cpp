#include "ipv6_samples.hpp"

namespace ipv6_test {
namespace {

using namespace samples;
using tracetcp::Address;
using tracetcp::Family;
using tracetcp::FlowLabel;
using tracetcp::IpId;
using tracetcp::MplsLabel;
using tracetcp::Port;
using tracetcp::SeqNumber;
using tracetcp::TsVal;
using tracetcp::Ttl;

constexpr std::size_t header_size = 40;
constexpr std::size_t icmp_type_at = 40;
constexpr std::size_t quote_at = 48;

bool is_wrong(const Octets& bytes, LinkType link_type = raw) {
  const Decoded read = decoded(link_type, bytes);
  if (const auto* tcp = std::get_if<TcpSegment>(&read)) return tcp->arrival.wrong_checksum;
  return error(read).arrival.wrong_checksum;
}

Octets damaged(Octets bytes, std::size_t at) {
  bytes.at(at) ^= 0x10;
  return bytes;
}

std::vector<std::uint32_t> labels_of(const Octets& bytes) {
  std::vector<std::uint32_t> labels;
  for (const MplsLabel& label : error(decoded(raw, bytes)).mpls) labels.push_back(label.label);
  return labels;
}

const std::vector<std::uint32_t> both_labels{16004, 299776};

/// The IPv6 header of `syn6` with another next header and that many bytes announced.
Octets header_of(std::uint8_t next, std::size_t length) {
  return with(first(syn6, header_size), 4,
              {static_cast<std::uint8_t>(length >> 8U), static_cast<std::uint8_t>(length), next});
}

}  // namespace

TEST_CASE("the fields of an IPv6 header are read") {
  const auto ip = segment(decoded(raw, syn6)).ip;
  CHECK(ip.family() == Family::ipv6);
  CHECK(ip.source == Address::parse("2001:db8::10"));
  CHECK(ip.destination == Address::parse("2001:db8:64::80"));
  CHECK(ip.ttl == Ttl{1});
  CHECK(ip.tos == 0x28);
  CHECK(ip.flow_label == FlowLabel{0xabcde});
  CHECK(ip.total_length == 80);
  CHECK(ip.protocol == 6);
  CHECK(ip.id == IpId{0});
  CHECK_FALSE(ip.dont_fragment);
  CHECK(segment(decoded(LinkType::ipv6, syn6)).ip == ip);
}

TEST_CASE("TCP over IPv6 from the kernel is read") {
  const TcpSegment syn_ack = segment(decoded(ethernet, eth_syn_ack6));
  CHECK(syn_ack.ip.source == Address::parse("2001:db8:77:10::2"));
  CHECK(syn_ack.ip.ttl == Ttl{55});
  CHECK(syn_ack.ip.flow_label == FlowLabel{0x8d285});
  CHECK(syn_ack.tcp.source == Port{80});
  CHECK(syn_ack.tcp.rest->options.mss == 1440);
  CHECK(syn_ack.tcp.rest->options.timestamps->value == TsVal{0x10a29850});
}

TEST_CASE("ICMPv6 errors from the kernel are read with their quotes") {
  const IcmpError exceeded = error(decoded(ethernet, eth_exceeded6));
  CHECK(exceeded.icmp.family == Family::ipv6);
  CHECK(exceeded.icmp.type == 3);
  CHECK(exceeded.ip.source == Address::parse("2001:db8:77:1::2"));
  CHECK(exceeded.ip.protocol == 58);
  TcpSegment sent = segment(decoded(ethernet, eth_syn6));
  CHECK(exceeded.quote.ip == sent.ip);
  CHECK(exceeded.quote.tcp == sent.tcp);

  const IcmpError prohibited = error(decoded(ethernet, eth_prohibited6));
  CHECK(icmp_text(prohibited.icmp) == "administratively prohibited");
  CHECK(prohibited.quote.ip.flow_label == FlowLabel{0x954f0});
  CHECK(prohibited.quote.tcp.destination == Port{139});
  CHECK(prohibited.quote.tcp.sequence == SeqNumber{0xc76d2b39});
}

TEST_CASE("extension headers are passed over, outside and inside") {
  const TcpSegment read = segment(decoded(raw, syn6_with_extensions));
  CHECK(read.ip.protocol == 6);
  CHECK(read.ip.total_length == 176);
  CHECK(read.tcp.destination == Port{443});
  CHECK(read.tcp.rest->options_complete);
  CHECK_FALSE(read.arrival.wrong_checksum);
  CHECK(is_wrong(damaged(syn6_with_extensions, 140)));

  const IcmpError error = samples::error(decoded(raw, exceeded6_with_extensions));
  CHECK(error.icmp.type == 3);
  CHECK(error.quote.tcp.sequence == SeqNumber{0xcafe1234});
  CHECK_FALSE(error.arrival.wrong_checksum);
}

TEST_CASE("more extension headers than packets have are refused, and so is one without end") {
  const auto chain = [](std::size_t count) {
    Octets bytes = header_of(60, count * 8 + 40);
    for (std::size_t i = 1; i <= count; ++i) {
      bytes = joined(bytes, {static_cast<std::uint8_t>(i == count ? 6 : 60), 0, 1, 4, 0, 0, 0, 0});
    }
    return joined(bytes, without_first(syn6, header_size));
  };
  CHECK(segment(decoded(raw, chain(16))).tcp.destination == Port{443});
  CHECK(reason(decoded(raw, chain(17))) == Reason::extension_headers);

  // 255 units of eight bytes are announced, and not there; then not even in the payload length.
  const Octets options{6, 255, 1, 4, 0, 0, 0, 0};
  CHECK(reason(decoded(raw, joined(header_of(0, 3000), options))) == Reason::ip_truncated);
  CHECK(reason(decoded(raw, joined(header_of(0, 8), options))) == Reason::ip_bad_header);
}

TEST_CASE("only the first fragment of IPv6 is read") {
  CHECK(reason(decoded(raw, later_fragment)) == Reason::ip_fragment);
  CHECK(segment(decoded(raw, first_fragment)).tcp.source == Port{40000});
  CHECK_FALSE(is_wrong(damaged(first_fragment, 80)));  // the rest of what it covers is elsewhere
}

TEST_CASE("an IPv6 header that can't be is refused") {
  for (std::size_t size = 1; size < header_size; ++size) {
    CHECK(reason(decoded(raw, first(syn6, size))) == Reason::ip_truncated);
  }
  CHECK(reason(decoded(raw, mapped)) == Reason::mapped_address);
  CHECK(reason(decoded(raw, with(syn6, 4, {0, 19}))) == Reason::tcp_truncated);
  for (const std::uint8_t next : std::initializer_list<std::uint8_t>{
           1, 17, 50, 59, 135}) {  // ICMP of IPv4, UDP, ESP, none, mobility
    CHECK(reason(decoded(raw, with(syn6, 6, {next}))) == Reason::not_tcp_or_icmp);
  }
  CHECK(reason(decoded(raw, with(syn, 9, {58}))) == Reason::not_tcp_or_icmp);  // in IPv4
}

TEST_CASE("a payload length of zero means all that was captured") {
  const TcpSegment read = segment(decoded(raw, with(syn6, 4, {0, 0})));
  CHECK(read.ip.total_length == 0);
  CHECK(read.tcp.rest->options_complete);
  CHECK_FALSE(read.arrival.wrong_checksum);
  CHECK(segment(decoded(raw, with(syn6, 4, {0xff, 0xff}))).ip.total_length == 65575);
}

TEST_CASE("padding after the payload length is not content") {
  const IcmpError read = error(decoded(raw, joined(too_big, Octets(16, 0xa0))));
  CHECK_FALSE(read.quote.tcp.rest.has_value());
  CHECK_FALSE(read.arrival.wrong_checksum);
}

TEST_CASE("checksums over the pseudo header of IPv6") {
  for (const Octets& bytes :
       {syn6, rst6, mpls6, mpls6_after_136, mpls6_without_length, too_big, problem6}) {
    CHECK_FALSE(is_wrong(bytes));
    CHECK(is_wrong(damaged(bytes, 10)));                // the source
    CHECK(is_wrong(damaged(bytes, 30)));                // the destination
    CHECK(is_wrong(damaged(bytes, bytes.size() - 1)));  // the end
    CHECK_FALSE(is_wrong(damaged(bytes, 7)));           // the hop limit, which none covers
  }
  for (const Octets& bytes : {syn6, mpls6, problem6}) {  // not all was captured
    CHECK_FALSE(is_wrong(first(damaged(bytes, 10), bytes.size() - 1)));
  }
  CHECK_FALSE(is_wrong(eth_exceeded6, ethernet));
  CHECK_FALSE(is_wrong(eth_prohibited6, ethernet));
  CHECK(is_wrong(damaged(eth_prohibited6, 100), ethernet));
}

// The kernel left the sum over the pseudo header there, as tcpdump shows: 0x5ca2, to become 0x8cf9.
TEST_CASE("a checksum over IPv6 that is still to be filled in is not wrong") {
  CHECK_FALSE(is_wrong(eth_syn_ack6, ethernet));
  CHECK(is_wrong(damaged(eth_syn_ack6, 14 + header_size + 16), ethernet));
}

TEST_CASE("nothing is said of a checksum where a routing header leads on") {
  CHECK_FALSE(is_wrong(syn6_on_a_source_route));
  CHECK_FALSE(is_wrong(damaged(syn6_on_a_source_route, 90)));
  CHECK(segment(decoded(raw, syn6_on_a_source_route)).tcp.destination == Port{443});
}

TEST_CASE("ICMPv6 types 1 to 4 are errors, all else is refused by its name") {
  for (int type = 0; type < 256; ++type) {
    CAPTURE(type);
    const auto changed = with(mpls6, icmp_type_at, {static_cast<std::uint8_t>(type)});
    const bool is_error = std::holds_alternative<IcmpError>(decoded(raw, changed));
    CHECK(is_error == (type >= 1 && type <= 4));
  }
  CHECK(reason(decoded(raw, echo6)) == Reason::icmp_not_error);
  CHECK(reason(decoded(raw, solicitation)) == Reason::neighbour_discovery);
  CHECK(reason(decoded(raw, advertisement)) == Reason::neighbour_discovery);
  CHECK(reason(decoded(raw, listener_report)) == Reason::multicast_listener);
}

TEST_CASE("the MTU of a packet too big has 32 bits") {
  CHECK(error(decoded(raw, too_big)).next_hop_mtu == 1280);
  CHECK(error(decoded(raw, with(too_big, 44, {0, 1, 0x11, 0x70}))).next_hop_mtu == 70000);
  CHECK_FALSE(error(decoded(raw, with(too_big, 44, {0, 0, 0, 0}))).next_hop_mtu.has_value());
  CHECK_FALSE(error(decoded(raw, problem6)).next_hop_mtu.has_value());
}

TEST_CASE("quotes of any length") {
  const IcmpError::Quote shortest = error(decoded(raw, too_big)).quote;
  CHECK(shortest.tcp.source == Port{40000});
  CHECK(shortest.tcp.sequence == SeqNumber{0xcafe1234});
  CHECK_FALSE(shortest.tcp.rest.has_value());
  CHECK(shortest.ip == segment(decoded(raw, syn6)).ip);
  CHECK(error(decoded(raw, problem6)).quote.tcp.rest->window == 64800);
  CHECK_FALSE(error(decoded(raw, problem6)).quote.tcp.rest->options_complete);
  CHECK(error(decoded(raw, mpls6)).quote.tcp.rest->options.timestamps->value == TsVal{0x01020304});
  for (std::size_t size = quote_at; size < quote_at + 48; ++size) {
    CHECK(reason(decoded(raw, first(mpls6, size))) == Reason::quote_truncated);
  }
}

TEST_CASE("a quote that can't be used in ICMPv6 is refused") {
  const auto refused = [](std::size_t at, std::initializer_list<std::uint8_t> bytes) {
    return reason(decoded(raw, with(mpls6, quote_at + at, bytes)));
  };
  CHECK(refused(0, {0x45}) == Reason::quote_bad_header);
  CHECK(refused(6, {58}) == Reason::quote_not_tcp);
  CHECK(refused(8, {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff}) == Reason::mapped_address);
  CHECK(reason(decoded(raw, udp6_quote)) == Reason::quote_not_tcp);
  // ICMP of IPv4 quotes no IPv6.
  const Octets packet = joined(first(samples::mpls, 28), syn6);
  CHECK(reason(decoded(raw, packet)) == Reason::quote_bad_header);
}

TEST_CASE("MPLS labels of ICMPv6: the length attribute counts units of 8 bytes") {
  CHECK(labels_of(mpls6) == both_labels);
  CHECK(labels_of(mpls6_after_136) == both_labels);
  CHECK(labels_of(mpls6_without_length) == both_labels);
  CHECK(labels_of(with(mpls6_after_136, 44, {34})).empty());  // as if units of 4
  // Packet too big and parameter problem have something else there.
  CHECK(labels_of(with(mpls6, icmp_type_at, {2})).empty());
  CHECK(labels_of(with(mpls6, icmp_type_at, {4})).empty());
}

TEST_CASE("IPv6 in what carries it") {
  const std::string macs = "020000000002 020000000001";
  const std::string ipv4 = "4500 0000 0007 4000 40 29 0000 c0000201 c0000202";
  const std::string ipv6 =
      "6000 0000 0000 29 40 20010db8000000000000000000000001 20010db8000000000000000000000002";
  for (const std::string& hex :
       {macs + "86dd", macs + "8100 0007 86dd", macs + "8864 1100 0001 003e 0057",
        macs + "0800" + ipv4, macs + "86dd" + ipv6, macs + "8847 00010140",
        macs + "86dd" + "6000 0000 0000 2f" + ipv6.substr(17) + "0000 86dd"}) {
    CAPTURE(hex);
    const TcpSegment read = segment(decoded(ethernet, joined(octets(hex), syn6)));
    CHECK(read.ip.flow_label == FlowLabel{0xabcde});
    CHECK(read.tcp.rest->options_complete);
  }
  // Nothing of the outer header stays: DS-Lite has IPv4 in IPv6.
  const Octets outer = octets(macs + "86dd" + "6001 2345 0000 04" + ipv6.substr(17));
  CHECK(segment(decoded(ethernet, joined(outer, syn))).ip.flow_label == FlowLabel{0});
}

}  // namespace ipv6_test
