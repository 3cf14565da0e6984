#include "decode_samples.hpp"

using namespace samples;
using tracetcp::Address;
using tracetcp::IpId;
using tracetcp::Port;
using tracetcp::SeqNumber;
using tracetcp::TcpOptions;
using tracetcp::TcpRest;
using tracetcp::TsVal;
using tracetcp::Ttl;

// Captured packets; the values are those that tshark prints.

namespace {}  // namespace

TEST_CASE("a captured SYN of traceroute") {
  const TcpSegment read = segment(decoded(ethernet, eth_syn));
  CHECK(read.ip.source == Address::parse("10.77.1.1"));
  CHECK(read.ip.destination == Address::parse("10.77.10.2"));
  CHECK(read.ip.ttl == Ttl{1});
  CHECK(read.ip.id == IpId{0x526a});
  CHECK(read.ip.total_length == 60);
  CHECK(read.tcp.source == Port{48421});
  CHECK(read.tcp.destination == Port{80});
  CHECK(read.tcp.sequence == SeqNumber{0x7ef4f1d8});
  CHECK(read.tcp.rest->flags == TcpRest::syn);
  CHECK(read.tcp.rest->window == 5840);
  CHECK(read.tcp.rest->options.timestamps == TcpOptions::Timestamps{TsVal{3443216643}, TsVal{0}});
  CHECK(read.tcp.rest->options.window_scale == 2);
}

TEST_CASE("a captured SYN-ACK") {
  const TcpSegment read = segment(decoded(ethernet, eth_syn_ack));
  CHECK(read.ip.source == Address::parse("10.77.10.2"));
  CHECK(read.ip.ttl == Ttl{55});
  CHECK(read.ip.id == IpId{0});
  CHECK(read.ip.dont_fragment);
  CHECK(read.tcp.source == Port{80});
  CHECK(read.tcp.destination == Port{60797});
  CHECK(read.tcp.rest->acknowledgement == SeqNumber{0x9d1a2f2b});
  CHECK(read.has(TcpRest::syn | TcpRest::ack));
  CHECK_FALSE(read.has(TcpRest::rst));
  CHECK(read.tcp.rest->window == 65160);
  CHECK(read.tcp.rest->options_complete);
  CHECK(read.tcp.rest->options.mss == 1460);
  CHECK(read.tcp.rest->options.sack_permitted);
  CHECK(read.tcp.rest->options.window_scale == 10);
  CHECK(read.tcp.rest->options.timestamps ==
        TcpOptions::Timestamps{TsVal{3294800933}, TsVal{3443216643}});
}

TEST_CASE("a captured RST of a closed port") {
  const TcpSegment read = segment(decoded(ethernet, eth_rst_ack));
  CHECK(read.tcp.source == Port{81});
  CHECK(read.tcp.sequence == SeqNumber{0});
  CHECK(read.tcp.rest->acknowledgement == SeqNumber{155891957});
  CHECK(read.has(TcpRest::rst | TcpRest::ack));
  CHECK_FALSE(read.has(TcpRest::syn));
  CHECK(read.tcp.rest->options_complete);
  CHECK(read.tcp.rest->options == TcpOptions{});
}

TEST_CASE("a captured time exceeded of a Linux router quotes the whole SYN") {
  const IcmpError read = error(decoded(ethernet, eth_time_exceeded));
  CHECK(read.ip.source == Address::parse("10.77.1.2"));
  CHECK(read.ip.ttl == Ttl{64});
  CHECK(read.ip.tos == 0xc0);
  CHECK(read.icmp.type == 11);
  CHECK(read.icmp.code == 0);
  CHECK_FALSE(read.next_hop_mtu.has_value());
  CHECK_FALSE(read.gateway.has_value());
  CHECK(read.mpls.empty());
  const TcpSegment sent = segment(decoded(ethernet, eth_syn));
  CHECK(read.quote.ip == sent.ip);
  CHECK(read.quote.tcp == sent.tcp);
}

TEST_CASE("a captured rejection by a firewall") {
  const IcmpError read = error(decoded(ethernet, eth_prohibited));
  CHECK(read.ip.source == Address::parse("10.77.6.2"));
  CHECK(read.ip.ttl == Ttl{59});
  CHECK(read.icmp.type == 3);
  CHECK(read.icmp.code == 13);
  CHECK(read.quote.ip.ttl == Ttl{2});
  CHECK(read.quote.ip.id == IpId{59043});
  CHECK(read.quote.tcp.source == Port{58967});
  CHECK(read.quote.tcp.destination == Port{139});
  CHECK(read.quote.tcp.sequence == SeqNumber{1515696725});
  CHECK(read.quote.tcp.rest->options_complete);
}
