#include "decode_samples.hpp"

#include <doctest/doctest.h>

// Of which samples the checksums are right say tshark and tcpdump.

namespace checksum_test {
namespace {

using namespace samples;

bool is_wrong(LinkType link_type, const Octets& bytes) {
  const Decoded read = decoded(link_type, bytes);
  if (const auto* tcp = std::get_if<TcpSegment>(&read)) return tcp->arrival.wrong_checksum;
  return error(read).arrival.wrong_checksum;
}

/// The same with one bit of that byte the other way round.
Octets damaged(Octets bytes, std::size_t at) {
  bytes.at(at) ^= 0x10;
  return bytes;
}

/// The sum of RFC 1071, section 4.1, one 16-bit word after the other, complemented.
std::uint16_t internet_checksum(const Octets& bytes) {
  std::uint32_t sum = 0;
  for (std::size_t i = 0; i < bytes.size(); ++i) {
    sum += std::uint32_t{bytes[i]} << (i % 2 == 0 ? 8 : 0);
    sum = (sum & 0xffff) + (sum >> 16);
  }
  return static_cast<std::uint16_t>(~sum);
}

void put(Octets& bytes, std::size_t at, std::uint16_t number) {
  bytes.at(at) = static_cast<std::uint8_t>(number >> 8);
  bytes.at(at + 1) = static_cast<std::uint8_t>(number);
}

/// A RST in IPv4 with that much data behind it, and right checksums.
Octets reset_with(const Octets& data) {
  Octets ip = octets("4500 0000 1234 4000 4006 0000 c633 6401 cb00 7101");
  Octets tcp = joined(octets("0050 8235 89ab cdef 0123 4567 5004 0200 0000 0000"), data);
  put(ip, 2, static_cast<std::uint16_t>(ip.size() + tcp.size()));
  put(ip, 10, internet_checksum(ip));
  Octets summed = joined(octets("c633 6401 cb00 7101 0006 0000"), tcp);  // the pseudo header
  put(summed, 10, static_cast<std::uint16_t>(tcp.size()));
  put(tcp, 16, internet_checksum(summed));
  return joined(ip, tcp);
}

}  // namespace

TEST_CASE("right checksums of TCP and ICMP, with IP options and padding too") {
  for (const Octets& bytes : {eth_syn, eth_time_exceeded, eth_rst_ack, eth_prohibited,
                              joined(eth_rst_ack, Octets(6, 0xee))}) {
    CHECK_FALSE(is_wrong(ethernet, bytes));
  }
  for (const Octets& bytes : {syn, padded_syn, mpls, fragmentation_needed, redirect, source_quench,
                              parameter_problem, ip_options, rst_with_ip_options}) {
    CHECK_FALSE(is_wrong(LinkType::raw, bytes));
  }
}

TEST_CASE("a bit that flipped anywhere in what the checksums cover is found") {
  constexpr std::size_t ethernet_header = 14;
  // IP: type of service, TTL, id, checksum, source; TCP: port, sequence, flags, window, checksum.
  for (const std::size_t at : {1U, 4U, 8U, 10U, 12U, 21U, 24U, 33U, 34U, 36U}) {
    CAPTURE(at);
    if (at == 33) continue;  // SYN or RST is what makes it worth a look
    CHECK(is_wrong(ethernet, damaged(eth_rst_ack, ethernet_header + at)));
  }
  for (const std::size_t at : {21U, 22U, 24U, 50U, 60U, 87U}) {
    CAPTURE(at);
    CHECK(is_wrong(ethernet, damaged(eth_time_exceeded, ethernet_header + at)));
  }
  CHECK(is_wrong(LinkType::raw, damaged(rst_with_ip_options, 22)));  // an IP option
}

TEST_CASE("of data of any length, with carries at each step or none, all bits count") {
  for (std::size_t size = 0; size <= 100; ++size) {
    for (const int value : {0x00, 0x01, 0x5a, 0xfe, 0xff}) {
      CAPTURE(size);
      CAPTURE(value);
      const auto byte = static_cast<std::uint8_t>(value);
      const Octets packet = reset_with(Octets(size, byte));
      CHECK_FALSE(is_wrong(LinkType::raw, packet));
      for (std::size_t at = 40; at < packet.size(); ++at) {
        REQUIRE(is_wrong(LinkType::raw, damaged(packet, at)));
      }
    }
  }
}

// The SYN-ACK was captured on a veth: its checksum is the sum over the pseudo header alone, added
// up by hand 0a4d + 0a02 + 0a4d + 0101 + 0006 + 0028 = 1fcb.
TEST_CASE("a checksum that is still to be filled in is not wrong") {
  CHECK_FALSE(is_wrong(ethernet, eth_syn_ack));
  CHECK(is_wrong(ethernet, damaged(eth_syn_ack, 14 + 36)));
  CHECK_FALSE(is_wrong(ethernet, with(eth_rst_ack, 14 + 36, {0, 0})));  // left to hardware
  CHECK_FALSE(is_wrong(ethernet, with(eth_rst_ack, 14 + 10, {0, 0})));
}

TEST_CASE("where not all of a packet was captured nothing is said of its checksum") {
  const Octets bad = damaged(eth_time_exceeded, 14 + 60);
  CHECK(is_wrong(ethernet, bad));
  CHECK_FALSE(is_wrong(ethernet, first(bad, bad.size() - 1)));
}

TEST_CASE("the number of the outermost VLAN tag; priority tags have none") {
  const Octets addresses = first(eth_rst_ack, 12);
  const Octets rest = without_first(eth_rst_ack, 12);
  const auto vlan = [&](const Octets& tags) {
    return segment(decoded(ethernet, joined(joined(addresses, tags), rest))).arrival.vlan;
  };
  CHECK(vlan({}) == 0);
  CHECK(vlan(octets("8100 0005")) == 5);
  CHECK(vlan(octets("8100 e000")) == 0);
  CHECK(vlan(octets("88a8 0064 8100 0005")) == 100);
}

}  // namespace checksum_test
