#include "link/live/own_isns.hpp"

#include <tracetcp/craft.hpp>
#include <tracetcp/decode.hpp>

#include <doctest/doctest.h>

using namespace tracetcp;

namespace {

/// A TCP segment from its IP header on, with this sequence number, acknowledgement and flags.
std::vector<std::uint8_t> segment_with(std::uint32_t sequence, std::uint32_t acknowledgement,
                                       std::uint8_t flags) {
  SynBuilder builder;
  auto bytes = builder.build({.flow = {.source = {Address(0x0a000001), Port{50000}},
                                       .target = {Address(0x0a0000fe), Port{80}}},
                              .ttl = Ttl{9},
                              .tag = {.isn = {sequence}, .ip_id = {1}, .tsval = {2}}});
  for (std::size_t i = 0; i < 4; ++i) {
    bytes[28 + i] = static_cast<std::uint8_t>(acknowledgement >> (24 - 8 * i));
  }
  bytes[33] = flags;
  return bytes;
}

/// The first bytes of an IPv6 packet with a TCP header of that sequence number.
std::vector<std::uint8_t> ipv6_segment_with(std::uint32_t sequence) {
  std::vector<std::uint8_t> bytes(60);
  bytes[0] = 0x60;
  for (std::size_t i = 0; i < 4; ++i) {
    bytes[44 + i] = static_cast<std::uint8_t>(sequence >> (24 - 8 * i));
  }
  return bytes;
}

bool concerns(const OwnIsns& isns, const std::vector<std::uint8_t>& bytes) {
  return isns.concerns(
      {.bytes = bytes, .original_length = static_cast<std::uint32_t>(bytes.size()), .time = {}});
}

}  // namespace

TEST_CASE("under whatever ports: SYNs of ours, and what acknowledges them, concern us alone") {
  constexpr std::uint8_t syn = 0x02;
  constexpr std::uint8_t rst = 0x04;
  constexpr std::uint8_t ack = 0x10;
  OwnIsns isns;
  CHECK_FALSE(concerns(isns, segment_with(1000, 0, syn)));
  isns.add(segment_with(1000, 0, syn));
  CHECK(concerns(isns, segment_with(1000, 0, syn)));
  CHECK(concerns(isns, segment_with(77, 1001, syn | ack)));
  CHECK(concerns(isns, segment_with(0, 1001, rst | ack)));
  CHECK_FALSE(concerns(isns, segment_with(1001, 0, syn)));
  CHECK_FALSE(concerns(isns, segment_with(1000, 0, rst)));
  CHECK_FALSE(concerns(isns, segment_with(1000, 1000, syn | ack)));
  CHECK_FALSE(concerns(isns, {}));
}

TEST_CASE("the last numbers are known, however many there were") {
  constexpr std::uint8_t syn = 0x02;
  OwnIsns isns;
  for (std::uint32_t i = 0; i < 100000; ++i) isns.add(segment_with(i * 7, 0, syn));
  CHECK(concerns(isns, segment_with(99999 * 7, 0, syn)));
  CHECK(concerns(isns, segment_with(99000 * 7, 0, syn)));
}

TEST_CASE("the sequence number of a SYN over IPv6 is known, and a cut one is none") {
  OwnIsns isns;
  isns.add(ipv6_segment_with(0x01020304));
  isns.add(Bytes(ipv6_segment_with(0x05060708)).first(47));
  isns.add({});
  CHECK(concerns(isns, segment_with(0x01020304, 0, 0x02)));
  CHECK_FALSE(concerns(isns, segment_with(0x05060708, 0, 0x02)));
}
