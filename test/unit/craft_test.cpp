#include <tracetcp/craft.hpp>

#include <doctest/doctest.h>

#include <cstdint>
#include <numeric>
#include <vector>

using namespace tracetcp;

namespace craft_test {
namespace {

const Syn example{.flow = {.source = {Address(0x0a4d0101), Port{40001}},
                           .target = {Address(0x0a4d0a02), Port{80}}},
                  .ttl = Ttl{7},
                  .tag = {.isn = SeqNumber{0x12345678}, .ip_id = IpId{0xabcd}, .tsval = TsVal{9}}};

/// One's complement sum of 16-bit words (RFC 1071, section 1); 0xffff over a correct packet.
std::uint16_t ones_complement_sum(const std::vector<std::uint8_t>& bytes) {
  std::uint32_t sum = 0;
  for (std::size_t i = 0; i + 1 < bytes.size(); i += 2) sum += bytes[i] * 256U + bytes[i + 1];
  while (sum > 0xffff) sum = (sum & 0xffff) + (sum >> 16);
  return static_cast<std::uint16_t>(sum);
}

bool checksums_are_right(const std::vector<std::uint8_t>& packet) {
  const std::vector<std::uint8_t> ip(packet.begin(), packet.begin() + 20);
  std::vector<std::uint8_t> tcp(packet.begin() + 12, packet.end());  // addresses, then TCP
  tcp.insert(tcp.end(), {0, 6, 0, static_cast<std::uint8_t>(packet.size() - 20)});
  return ones_complement_sum(ip) == 0xffff && ones_complement_sum(tcp) == 0xffff;
}

}  // namespace

TEST_CASE("a SYN is what tcpdump -vv calls correct, byte for byte") {
  // tcpdump -vv: IP (tos 0x0, ttl 7, id 43981, offset 0, flags [DF], proto TCP (6), length 60)
  // 10.77.1.1.40001 > 10.77.10.2.80: Flags [S], cksum 0x282c (correct), seq 305419896, win 64240,
  // options [mss 1460,sackOK,TS val 9 ecr 0,nop,wscale 7], length 0
  const std::vector<std::uint8_t> expected = {
      0x45, 0x00, 0x00, 0x3c, 0xab, 0xcd, 0x40, 0x00, 0x07, 0x06, 0xa8, 0x52,  //
      0x0a, 0x4d, 0x01, 0x01, 0x0a, 0x4d, 0x0a, 0x02,                          //
      0x9c, 0x41, 0x00, 0x50, 0x12, 0x34, 0x56, 0x78, 0x00, 0x00, 0x00, 0x00,  //
      0xa0, 0x02, 0xfa, 0xf0, 0x28, 0x2c, 0x00, 0x00,                          //
      0x02, 0x04, 0x05, 0xb4, 0x04, 0x02, 0x08, 0x0a, 0x00, 0x00, 0x00, 0x09,  //
      0x00, 0x00, 0x00, 0x00, 0x01, 0x03, 0x03, 0x07};
  CHECK(SynBuilder().build(example) == expected);
}

TEST_CASE("both checksums stay right while one builder builds many different SYNs") {
  SynBuilder builder;
  Syn syn = example;
  for (int i = 1; i < 256; ++i) {
    syn.ttl.value = static_cast<std::uint8_t>(i);
    syn.tag = {.isn = SeqNumber{0x01010101U * static_cast<unsigned>(i)},
               .ip_id = IpId{static_cast<std::uint16_t>(257 * i)},
               .tsval = TsVal{0xffffffffU / static_cast<unsigned>(i)}};
    syn.flow.target.port.value = static_cast<std::uint16_t>(i);
    const auto packet = builder.build(syn);
    REQUIRE(packet.size() == 60);
    CAPTURE(i);
    CHECK(checksums_are_right(packet));
    CHECK(packet[8] == i);
  }
}

TEST_CASE("the check above can fail") {
  auto packet = SynBuilder().build(example);
  packet[45] ^= 1;
  CHECK_FALSE(checksums_are_right(packet));
}

}  // namespace craft_test
