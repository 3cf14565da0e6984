// Header fields: those of replies and quotes, and those that routers rewrite on the way.

#include "harness.hpp"

#include <doctest/doctest.h>

#include <vector>

using namespace simtest;
using tracetcp::Bytes;

namespace {

/// The quote in the answer of the router behind the box: how the SYN looked there.
Octets seen_behind(const std::string& keys, const SynSpec& spec = {}) {
  Net net(around(keys));
  SynSpec expiring = spec;
  expiring.ttl = 3;
  net.send(expiring);
  const auto replies = net.replies();
  if (replies.size() != 1) return {};
  const Octets quote = replies[0].quote();
  CHECK(checksum(Bytes(quote).first(20)) == 0);
  CHECK(tcp_checksum_right(quote));
  return quote;
}

}  // namespace

TEST_CASE("the TTL of replies tells the way back") {
  struct Case {
    const char* keys;
    SynSpec spec;
    int ttl;
  };
  for (const Case& one :
       {Case{"", {.ttl = 2}, 254}, Case{"", {.ttl = 3}, 253}, Case{"", {.ttl = 4}, 61},
        Case{"ttl = 64", {.ttl = 2}, 63}, Case{"extra_return_hops = 5", {.ttl = 2}, 249},
        Case{"extra_return_hops = 5", {.ttl = 4}, 56}}) {
    CAPTURE(one.keys);
    Net net(around(one.keys));
    net.send(one.spec);
    CHECK(net.replies().at(0).bytes[8] == one.ttl);
  }
  Net net(around("extra_return_hops = 62"));
  CHECK(net.ask({}) == "");  // the host's 64 do not suffice
}

TEST_CASE("quotes of chosen length and TTL") {
  struct Case {
    const char* keys;
    std::size_t bytes;
    int quoted_ttl;
  };
  for (const Case& one : {Case{"", 60, 1}, Case{"quote = 8", 28, 1}, Case{"quote = 20", 40, 1},
                          Case{"quote = 1000", 60, 1}, Case{"quoted_ttl = 0", 60, 0},
                          Case{"quoted_ttl = 7\nquote = 8", 28, 7}}) {
    CAPTURE(one.keys);
    Net net(around(one.keys));
    net.send({.ttl = 2});
    const auto replies = net.replies();
    REQUIRE(replies.size() == 1);
    const Octets quote = replies[0].quote();
    CHECK(quote.size() == one.bytes);
    CHECK(quote[8] == one.quoted_ttl);
    CHECK(checksum(Bytes(quote).first(20)) == 0);
    CHECK(get16(quote, 2) == 60);
  }
}

TEST_CASE("MPLS labels are in an extension behind a quote of 128 bytes") {
  struct Case {
    const char* keys;
    const char* length_field;  ///< bytes 4 to 7 of the ICMP message
    const char* objects;
  };
  // Object: length, class 1, type 1. Entry: label 20 bits, traffic class 3, bottom 1, TTL 8.
  for (const Case& one :
       {Case{"mpls = [16]", "00200000", "00080101 00010101"},
        Case{"mpls = 24001\nquote = 8", "00200000", "00080101 05dc1101"},
        Case{"mpls = [{label = 1048575, tc = 5, ttl = 254}, 3]", "00200000",
             "000c0101 fffffafe 00003101"},
        Case{"mpls = {labels = [16], length_field = false}", "00000000", "00080101 00010101"}}) {
    CAPTURE(one.keys);
    Net net(around(one.keys));
    net.send({.ttl = 2});
    const auto replies = net.replies();
    REQUIRE(replies.size() == 1);
    const Bytes message = Bytes(replies[0].bytes).subspan(20);
    CHECK(to_hex(message.subspan(4, 4)) == to_hex(from_hex(one.length_field)));
    REQUIRE(message.size() > 8 + 128 + 4);
    CHECK(message[8 + 127] == 0);
    const Bytes extension = message.subspan(8 + 128);
    CHECK(extension[0] == 0x20);
    CHECK(checksum(extension) == 0);
    CHECK(to_hex(extension.subspan(4)) == to_hex(from_hex(one.objects)));
  }
  Net net(around("mpls = [16]\nreject = {}"));
  net.send({});
  CHECK(net.replies().at(0).bytes.size() == 28 + 60);  // time-exceeded only
}

TEST_CASE("rewritten fields, as the next router quotes them") {
  // Beside the field, TTL and checksums differ from what was sent; seen_behind() checks the latter.
  struct Case {
    const char* keys;
    std::size_t at;
    const char* bytes;
  };
  for (const Case& one :
       {Case{"", 42, "05b4"}, Case{"mss = 1400", 42, "0578"}, Case{"mss = 9000", 42, "05b4"},
        Case{"dscp = 46", 1, "b8"}, Case{"ecn = 2", 1, "02"}, Case{"clear_df = true", 6, "0000"},
        Case{"set_ttl = 1", 8, "01"},
        Case{"strip_options = [\"timestamps\"]", 40, "020405b4040201010101010101010101 01030307"},
        Case{"strip_options = [\"mss\", \"sack\", \"window_scale\"]", 40,
             "010101010101080a0a0b0c0d0000000001010101"}}) {
    CAPTURE(one.keys);
    Octets sent = syn({});
    Octets quote = seen_behind(one.keys);
    const Octets expected = from_hex(one.bytes);
    REQUIRE(quote.size() == 60);
    CHECK(to_hex(Bytes(quote).subspan(one.at, expected.size())) == to_hex(expected));
    for (Octets* packet : {&sent, &quote}) {
      for (std::size_t i = 0; i < expected.size(); ++i) (*packet)[one.at + i] = 0;
      for (const std::size_t i : {8U, 10U, 11U, 36U, 37U}) (*packet)[i] = 0;
    }
    CHECK(to_hex(quote) == to_hex(sent));
  }
}

TEST_CASE("a clamped MSS is clamped in the SYN-ACK too") {
  Net net(around("mss = 1400"));
  net.send({});
  CHECK(to_hex(Bytes(net.replies().at(0).bytes).subspan(40, 4)) == "02040578");
}

TEST_CASE("without timestamps in the SYN the SYN-ACK has none") {
  Net net(around("strip_options = [\"timestamps\"]"));
  net.send({});
  CHECK(net.replies().at(0).bytes.size() == 52);
}
