#include "decode_samples.hpp"

using namespace samples;
using tracetcp::Address;
using tracetcp::IpId;
using tracetcp::Port;
using tracetcp::SeqNumber;
using tracetcp::Ttl;

namespace {

/// Where the quoted IP header begins in those samples that have no IP options.
constexpr std::size_t quote_at = 28;

}  // namespace

TEST_CASE("the fields of an IP header are read") {
  const auto ip = error(decoded(raw, mpls)).ip;
  CHECK(ip.source == Address::parse("203.0.113.7"));
  CHECK(ip.destination == Address::parse("192.0.2.10"));
  CHECK(ip.ttl == Ttl{250});
  CHECK(ip.id == IpId{0xbeef});
  CHECK(ip.tos == 0xc0);
  CHECK_FALSE(ip.dont_fragment);
  CHECK(ip.total_length == 172);
  CHECK(ip.protocol == 1);
  CHECK(segment(decoded(raw, syn)).ip.dont_fragment);
}

TEST_CASE("IP options are passed over, outside and inside") {
  const TcpSegment rst = segment(decoded(raw, rst_with_ip_options));
  CHECK(rst.tcp.source == Port{443});
  CHECK(rst.tcp.rest->acknowledgement == SeqNumber{0xcafe1235});

  const IcmpError error = samples::error(decoded(raw, ip_options));
  CHECK(error.icmp.type == 11);
  CHECK(error.quote.ip.id == IpId{0x1234});
  CHECK(error.quote.tcp.source == Port{40000});
  CHECK(error.quote.tcp.sequence == SeqNumber{0xcafe1234});
}

TEST_CASE("an IP header that can't be is refused") {
  CHECK(reason(decoded(raw, with(syn, 0, {0x44}))) == Reason::ip_bad_header);
  CHECK(reason(decoded(raw, with(syn, 0, {0x40}))) == Reason::ip_bad_header);
  CHECK(reason(decoded(raw, with(syn, 0, {0x55}))) == Reason::ip_bad_header);
  CHECK(reason(decoded(raw, with(syn, 2, {0, 19}))) == Reason::ip_bad_header);
  CHECK(reason(decoded(raw, with(syn, 0, {0x60}))) == Reason::not_tcp_or_icmp);
  CHECK(reason(decoded(raw, {0x60})) == Reason::ip_truncated);
  CHECK(reason(decoded(raw, {})) == Reason::ip_truncated);
  // Header length 60, but there are only 59 bytes.
  CHECK(reason(decoded(raw, first(with(syn, 0, {0x4f}), 59))) == Reason::ip_truncated);
}

TEST_CASE("other protocols are refused") {
  CHECK(reason(decoded(raw, with(syn, 9, {17}))) == Reason::not_tcp_or_icmp);
}

TEST_CASE("only the first fragment is read") {
  CHECK(reason(decoded(raw, with(syn, 6, {0x00, 0x01}))) == Reason::ip_fragment);
  CHECK(reason(decoded(raw, with(syn, 6, {0x10, 0x00}))) == Reason::ip_fragment);
  CHECK(reason(decoded(raw, with(syn, 6, {0x3f, 0xff}))) == Reason::ip_fragment);
  // More fragments follow, the reserved bit is set.
  CHECK(segment(decoded(raw, with(syn, 6, {0xa0, 0x00}))).tcp.source == Port{40000});
}

TEST_CASE("padding after the total length is not content") {
  // The TCP header claims 4 bytes of options, which would be the padding.
  const Octets padded = joined(with(eth_rst_ack, 46, {0x60}), octets("010101010101"));
  const TcpSegment rst = segment(decoded(LinkType::ethernet, padded));
  CHECK_FALSE(rst.tcp.rest->options_complete);

  const Octets trailer(16, 0xa0);
  const IcmpError error = samples::error(decoded(raw, joined(fragmentation_needed, trailer)));
  CHECK_FALSE(error.quote.tcp.rest.has_value());
}

TEST_CASE("total length zero means all that was captured") {
  const TcpSegment read = segment(decoded(raw, with(syn, 2, {0, 0})));
  CHECK(read.ip.total_length == 0);
  CHECK(read.tcp.rest->options_complete);
}

TEST_CASE("a total length beyond the capture means all that was captured") {
  const TcpSegment read = segment(decoded(raw, with(syn, 2, {0x05, 0xdc})));
  CHECK(read.ip.total_length == 1500);
  CHECK(read.tcp.rest->options_complete);
}

TEST_CASE("a total length within the TCP header ends it there") {
  CHECK(reason(decoded(raw, with(syn, 2, {0, 39}))) == Reason::tcp_truncated);
  CHECK_FALSE(segment(decoded(raw, with(syn, 2, {0, 40}))).tcp.rest->options_complete);
}

TEST_CASE("a quoted IP header may have been changed on the way") {
  const auto quoted = [](std::size_t at, std::initializer_list<std::uint8_t> bytes) {
    return samples::error(decoded(raw, with(mpls, quote_at + at, bytes))).quote;
  };
  for (const std::uint16_t length : {std::uint16_t{0x3c00}, std::uint16_t{0}, std::uint16_t{1}}) {
    const auto high = static_cast<std::uint8_t>(length >> 8);
    const auto low = static_cast<std::uint8_t>(length & 0xff);
    const IcmpError::Quote quote = quoted(2, {high, low});
    CHECK(quote.ip.total_length == length);
    CHECK(quote.tcp.rest->options_complete);
  }
  CHECK(quoted(8, {0}).ip.ttl == Ttl{0});
  CHECK(quoted(10, {0, 0}).tcp.source == Port{40000});
  CHECK(quoted(6, {0x00, 0x40}).ip.dont_fragment);
  CHECK_FALSE(quoted(6, {0x00, 0x00}).ip.dont_fragment);
}

TEST_CASE("a quote that can't be used is refused") {
  const auto refused = [](std::size_t at, std::initializer_list<std::uint8_t> bytes) {
    return reason(decoded(raw, with(mpls, quote_at + at, bytes)));
  };
  CHECK(refused(0, {0x44}) == Reason::quote_bad_header);
  CHECK(refused(0, {0x65}) == Reason::quote_bad_header);
  CHECK(refused(6, {0x00, 0x01}) == Reason::ip_fragment);
  CHECK(refused(9, {17}) == Reason::quote_not_tcp);
}
