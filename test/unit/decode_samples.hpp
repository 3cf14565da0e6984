#pragma once

#include <tracetcp/decode.hpp>

#include <doctest/doctest.h>

#include <cstdint>
#include <initializer_list>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

/// Packets to decode, in hexadecimal, and what tests do with them.
namespace samples {

using tracetcp::Decoded;
using tracetcp::Frame;
using tracetcp::IcmpError;
using tracetcp::LinkType;
using tracetcp::Reason;
using tracetcp::TcpSegment;

using Octets = std::vector<std::uint8_t>;

constexpr LinkType ethernet = LinkType::ethernet;
constexpr LinkType raw = LinkType::raw;

/// Reads hexadecimal digits; blanks don't matter.
inline Octets octets(std::string_view hex) {
  Octets result;
  std::optional<std::size_t> high;
  for (const char c : hex) {
    if (c == ' ') continue;
    const std::size_t digit = std::string_view("0123456789abcdef").find(c);
    if (digit == std::string_view::npos) throw std::invalid_argument(std::string(hex));
    if (!high) {
      high = digit;
    } else {
      result.push_back(static_cast<std::uint8_t>(*high * 16 + digit));
      high.reset();
    }
  }
  if (high) throw std::invalid_argument(std::string(hex));
  return result;
}

/// A copy with other bytes from `at` on.
inline Octets with(Octets bytes, std::size_t at, std::initializer_list<std::uint8_t> others) {
  for (const std::uint8_t other : others) bytes.at(at++) = other;
  return bytes;
}

inline Octets joined(Octets first, const Octets& second) {
  first.insert(first.end(), second.begin(), second.end());
  return first;
}

inline Octets first(const Octets& bytes, std::size_t count) {
  return {bytes.begin(), bytes.begin() + static_cast<std::ptrdiff_t>(count)};
}

inline Octets without_first(const Octets& bytes, std::size_t count) {
  return {bytes.begin() + static_cast<std::ptrdiff_t>(count), bytes.end()};
}

inline Decoded decoded(LinkType link_type, const Octets& bytes) {
  Frame frame;
  frame.link_type = link_type;
  frame.bytes = bytes;
  frame.original_length = static_cast<std::uint32_t>(bytes.size());
  return tracetcp::decode(frame);
}

inline Reason reason(const Decoded& result) {
  REQUIRE(std::holds_alternative<Reason>(result));
  return std::get<Reason>(result);
}

inline TcpSegment segment(const Decoded& result) {
  REQUIRE(std::holds_alternative<TcpSegment>(result));
  return std::get<TcpSegment>(result);
}

inline IcmpError error(const Decoded& result) {
  REQUIRE(std::holds_alternative<IcmpError>(result));
  return std::get<IcmpError>(result);
}

// Captured on Ethernet from other traceroutes on a path of Linux routers; `traceroute -T` sent the
// SYNs to port 80, tcptraceroute those to 81 and 139.

inline const Octets eth_syn = octets(
    "020c43d39a35 428b7f546189 0800"
    "4500003c 526a0000 010647b6 0a4d0101 0a4d0a02"
    "bd250050 7ef4f1d8 00000000 a00216d0 c5160000"
    "020405b4 0402080a cd3b5103 00000000 01030302");

inline const Octets eth_time_exceeded = octets(
    "428b7f546189 020c43d39a35 0800"
    "45c00058 72410000 4001f107 0a4d0102 0a4d0101"
    "0b0014cb 00000000"
    "4500003c 526a0000 010647b6 0a4d0101 0a4d0a02"
    "bd250050 7ef4f1d8 00000000 a00216d0 c5160000"
    "020405b4 0402080a cd3b5103 00000000 01030302");

inline const Octets eth_syn_ack = octets(
    "428b7f546189 020c43d39a35 0800"
    "4500003c 00004000 37062420 0a4d0a02 0a4d0101"
    "0050ed7d cdbbc370 9d1a2f2b a012fe88 1fcb0000"
    "020405b4 0402080a c462ac25 cd3b5103 0103030a");

inline const Octets eth_rst_ack = octets(
    "428b7f546189 020c43d39a35 0800"
    "45000028 00004000 37062434 0a4d0a02 0a4d0101"
    "005190bf 00000000 094ab8f5 50140000 3ce40000");

inline const Octets eth_prohibited = octets(
    "428b7f546189 020c43d39a35 0800"
    "45c00044 117a0000 3b0151e3 0a4d0602 0a4d0101"
    "030d1caa 00000000"
    "45000028 e6a30000 0206b290 0a4d0101 0a4d0a02"
    "e657008b 5a57b255 00000000 50020000 9cb60000");

// Made by hand, from the IP header on; tshark finds all their checksums right.

/// 192.0.2.10:40000 > 198.51.100.80:443, TTL 1, id 0x1234, DF.
inline Octets new_syn() {
  return octets(
      "4500003c 12344000 01067afa c000020a c6336450"
      "9c4001bb cafe1234 00000000 a002faf0 e14c0000"
      "020405b4 0402080a 01020304 00000000 01030307");
}
inline const Octets syn = new_syn();

/// The SYN above as a router quotes it that fills up to 128 bytes. Others are made from it by a
/// call, as clang for Windows makes constants of headers in no certain order.
inline Octets new_padded_syn() {
  return joined(new_syn(), Octets(68, 0));
}
inline const Octets padded_syn = new_padded_syn();

/// Time exceeded; the length attribute is 32 words; labels 16004 and 299776.
inline const Octets mpls = joined(joined(octets("45c000ac beef0000 fa01028f cb007107 c000020a"
                                                "0b00e19c 00200000"),
                                         new_padded_syn()),
                                  octets("200046d7"
                                         "000c0101 03e84a01 49300102"));

/// Time exceeded from an older router: no length attribute; label 24001.
inline const Octets mpls_without_length =
    joined(joined(octets("45c000a8 beef0000 fa010293 cb007107 c000020a"
                         "0b00e1bc 00000000"),
                  new_padded_syn()),
           octets("2000c219"
                  "00080101 05dc1701"));

/// Administratively prohibited; a quote of 33 words; objects: interface information (RFC 5837),
/// MPLS label 1048575, one of a class for private use.
inline const Octets mpls_among_others =
    joined(joined(octets("450000bc beef0000 fa01033f cb007107 c000020a"
                         "030de98e 00210000"),
                  joined(new_padded_syn(), Octets(4, 0))),
           octets("2000e1d2"
                  "00080202 0000000a"
                  "00080101 ffffffff"
                  "0008f701 01020304"));

/// From here on the quotes end with the sequence number, if nothing else is said.
inline const Octets fragmentation_needed = octets(
    "45000038 00070000 fb01c1ab cb007107 c000020a"
    "03047c55 00000578"
    "4500003c 12344000 01067afa c000020a c6336450 9c4001bb cafe1234");

inline const Octets redirect = octets(
    "45000038 00080000 4001f6b1 c0000201 c000020a"
    "0501bcd1 c00002fe"
    "4500003c 12344000 01067afa c000020a c6336450 9c4001bb cafe1234");

/// The quote ends before the TCP options.
inline const Octets source_quench = octets(
    "45000044 00090000 40017c9e cb007107 c000020a"
    "04000491 00000000"
    "4500003c 12344000 01067afa c000020a c6336450"
    "9c4001bb cafe1234 00000000 a002faf0 e14c0000");

inline const Octets parameter_problem = octets(
    "45000038 000a0000 40017ca9 cb007107 c000020a"
    "0c0064d1 14000000"
    "4500003c 12344000 01067afa c000020a c6336450 9c4001bb cafe1234");

/// Time exceeded with IP options outside (record route) and inside (router alert).
inline const Octets ip_options = octets(
    "47000048 000b0000 40016755 cb007107 c000020a 070704cb 00710700"
    "0b0079d1 00000000"
    "47000044 12344000 0106e2eb c000020a c6336450 01010101 94040000 9c4001bb cafe1234");

inline const Octets rst_with_ip_options = octets(
    "47000030 00004000 320646f7 c6336450 c000020a 070704cb 00710700"
    "01bb9c40 00000000 cafe1235 50140000 48130000");

inline const Octets echo_reply = octets(
    "45000024 12344000 40012a93 cb007107 c000020a"
    "00006e67 00010002 61626364 65666768");

/// Port unreachable that quotes a UDP packet.
inline const Octets udp_quote = octets(
    "45000038 12344000 40012a7f cb007107 c000020a"
    "03035ef9 00000000"
    "4500001c 12344000 40113c0f c000020a c6336450 9c4001bb 00080000");

}  // namespace samples
