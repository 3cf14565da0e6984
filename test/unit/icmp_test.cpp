#include "decode_samples.hpp"

using namespace samples;
using tracetcp::Address;
using tracetcp::Port;
using tracetcp::SeqNumber;
using tracetcp::TsVal;
using tracetcp::Ttl;

namespace {

constexpr std::size_t type_at = 20;
constexpr std::size_t code_at = 21;

}  // namespace

TEST_CASE("an error tells its type and code") {
  CHECK(error(decoded(raw, mpls)).icmp.type == 11);
  CHECK(error(decoded(raw, mpls)).icmp.code == 0);
  CHECK(error(decoded(raw, mpls_among_others)).icmp.type == 3);
  CHECK(error(decoded(raw, mpls_among_others)).icmp.code == 13);
  CHECK(error(decoded(raw, source_quench)).icmp.type == 4);
  CHECK(error(decoded(raw, redirect)).icmp.type == 5);
  CHECK(error(decoded(raw, parameter_problem)).icmp.type == 12);
  const IcmpError reassembly = error(decoded(raw, with(mpls, code_at, {1})));
  CHECK(reassembly.icmp.type == 11);
  CHECK(reassembly.icmp.code == 1);
}

TEST_CASE("only errors are read") {
  CHECK(reason(decoded(raw, echo_reply)) == Reason::icmp_not_error);
  for (int type = 0; type < 256; ++type) {
    CAPTURE(type);
    const auto changed = with(parameter_problem, type_at, {static_cast<std::uint8_t>(type)});
    const bool is_error = std::holds_alternative<IcmpError>(decoded(raw, changed));
    CHECK(is_error == (type == 3 || type == 4 || type == 5 || type == 11 || type == 12));
  }
}

TEST_CASE("the quote holds the fields of our SYN") {
  const IcmpError::Quote quote = error(decoded(raw, mpls)).quote;
  CHECK(quote.ip == segment(decoded(raw, syn)).ip);
  CHECK(quote.tcp == segment(decoded(raw, syn)).tcp);
  CHECK(quote.ip.ttl == Ttl{1});
  CHECK(quote.tcp.rest->options.timestamps->value == TsVal{0x01020304});
}

TEST_CASE("a quote of 8 bytes of TCP holds ports and sequence number") {
  const IcmpError::Quote quote = error(decoded(raw, fragmentation_needed)).quote;
  CHECK(quote.ip.destination == Address::parse("198.51.100.80"));
  CHECK(quote.tcp.source == Port{40000});
  CHECK(quote.tcp.destination == Port{443});
  CHECK(quote.tcp.sequence == SeqNumber{0xcafe1234});
  CHECK_FALSE(quote.tcp.rest.has_value());
}

TEST_CASE("a quote of 20 bytes of TCP holds all but the options") {
  const IcmpError::Quote quote = error(decoded(raw, source_quench)).quote;
  CHECK(quote.tcp.rest->window == 64240);
  CHECK_FALSE(quote.tcp.rest->options_complete);
}

TEST_CASE("the next hop's MTU is read from fragmentation needed alone") {
  CHECK(error(decoded(raw, fragmentation_needed)).next_hop_mtu == 1400);
  const Octets other_code = with(fragmentation_needed, code_at, {3});
  CHECK_FALSE(error(decoded(raw, other_code)).next_hop_mtu.has_value());
  const Octets other_type = with(fragmentation_needed, type_at, {12});
  CHECK_FALSE(error(decoded(raw, other_type)).next_hop_mtu.has_value());
  const Octets from_old_router = with(fragmentation_needed, 26, {0, 0});
  CHECK_FALSE(error(decoded(raw, from_old_router)).next_hop_mtu.has_value());
}

TEST_CASE("the gateway is read from redirects alone") {
  CHECK(error(decoded(raw, redirect)).gateway == Address::parse("192.0.2.254"));
  CHECK_FALSE(error(decoded(raw, with(redirect, type_at, {11}))).gateway.has_value());
}

TEST_CASE("a quote of something else than TCP is refused") {
  CHECK(reason(decoded(raw, udp_quote)) == Reason::quote_not_tcp);
}

TEST_CASE("labels reach the error, but only of types that may be extended") {
  CHECK(error(decoded(raw, mpls)).mpls.size() == 2);
  CHECK(error(decoded(raw, with(mpls, type_at, {3}))).mpls.size() == 2);
  CHECK(error(decoded(raw, with(mpls, type_at, {12}))).mpls.size() == 2);
  CHECK(error(decoded(raw, with(mpls, type_at, {4}))).mpls.empty());
  CHECK(error(decoded(raw, with(mpls, type_at, {5}))).mpls.empty());
}
