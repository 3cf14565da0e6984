#include "core/flow_label.hpp"
#include "message_of.hpp"
#include "savefile/writer.hpp"
#include "scratch_file.hpp"

#include <tracetcp/craft.hpp>

#include <doctest/doctest.h>

#include <array>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <iomanip>
#include <numeric>
#include <random>
#include <regex>
#include <set>
#include <sstream>
#include <string>
#include <vector>

using namespace tracetcp;

namespace craft_test {
namespace {

const Syn example{.flow = {.source = {Address(0x0a4d0101), Port{40001}},
                           .target = {Address(0x0a4d0a02), Port{80}}},
                  .ttl = Ttl{7},
                  .tag = {.isn = SeqNumber{0x12345678}, .ip_id = IpId{0xabcd}, .tsval = TsVal{9}}};

const Syn over_ipv6{.flow = {.source = {*Address::parse("2001:db8:1::1"), Port{40001}},
                             .target = {*Address::parse("2001:db8:a::2"), Port{80}}},
                    .ttl = Ttl{7},
                    .tag = {.isn = SeqNumber{0x12345678}, .ip_id = {}, .tsval = TsVal{9}},
                    .flow_label = FlowLabel{0xabcde}};

Syn any_syn(std::mt19937& random, Syn syn) {
  const auto any16 = [&] { return static_cast<std::uint16_t>(random()); };
  const auto any32 = [&] { return static_cast<std::uint32_t>(random()); };
  syn.flow.source.port = {any16()};
  syn.flow.target.port = {any16()};
  syn.ttl = {static_cast<std::uint8_t>(any16() | 1)};
  syn.tag = {.isn = {any32()}, .ip_id = {any16()}, .tsval = {any32()}};
  syn.flow_label = {any32() & 0xfffff};
  return syn;
}

/// What tcpdump 4.99 prints of a SYN that is right.
std::string dumped(const Syn& syn) {
  const auto end = [](const Endpoint& e) {
    return e.address.text() + "." + std::to_string(e.port.value);
  };
  const bool is_ipv4 = syn.flow.target.address.family() == Family::ipv4;
  std::ostringstream out;
  if (is_ipv4) {
    out << "IP (tos 0x0, ttl " << int{syn.ttl.value} << ", id " << syn.tag.ip_id.value
        << ", offset 0, flags [DF], proto TCP (6), length 60)\n    ";
  } else {
    out << "IP6 (flowlabel 0x" << std::hex << std::setw(5) << std::setfill('0')
        << syn.flow_label.value << std::dec << ", hlim " << int{syn.ttl.value}
        << ", next-header TCP (6) payload length: 40) ";
  }
  out << end(syn.flow.source) << " > " << end(syn.flow.target)
      << ": Flags [S], cksum CHECKSUM (correct), seq " << syn.tag.isn.value << ", win "
      << (is_ipv4 ? "64240, options [mss 1460" : "64800, options [mss 1440") << ",sackOK,TS val "
      << syn.tag.tsval.value << " ecr 0,nop,wscale 7], length 0\n";
  return out.str();
}

/// Without the checksums, of which tcpdump says whether they are right.
std::string output_of(const std::string& command) {
  std::string output;
  std::array<char, 4096> part{};
  FILE* const pipe = popen(command.c_str(), "r");
  while (const std::size_t size = std::fread(part.data(), 1, part.size(), pipe)) {
    output.append(part.data(), size);
  }
  pclose(pipe);
  return std::regex_replace(output, std::regex("cksum 0x[0-9a-f]{4} "), "cksum CHECKSUM ");
}

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

TEST_CASE("a SYN over IPv6 is what tcpdump -vv calls correct, byte for byte") {
  // tcpdump -vv: IP6 (flowlabel 0xabcde, hlim 7, next-header TCP (6) payload length: 40)
  // 2001:db8:1::1.40001 > 2001:db8:a::2.80: Flags [S], cksum 0xea2c (correct), seq 305419896,
  // win 64800, options [mss 1440,sackOK,TS val 9 ecr 0,nop,wscale 7], length 0
  const std::vector<std::uint8_t> expected = {
      0x60, 0x0a, 0xbc, 0xde, 0x00, 0x28, 0x06, 0x07,                                            //
      0x20, 0x01, 0x0d, 0xb8, 0x00, 0x01, 0,    0,    0,    0,    0,    0,    0, 0, 0x00, 0x01,  //
      0x20, 0x01, 0x0d, 0xb8, 0x00, 0x0a, 0,    0,    0,    0,    0,    0,    0, 0, 0x00, 0x02,  //
      0x9c, 0x41, 0x00, 0x50, 0x12, 0x34, 0x56, 0x78, 0x00, 0x00, 0x00, 0x00,                    //
      0xa0, 0x02, 0xfd, 0x20, 0xea, 0x2c, 0x00, 0x00,                                            //
      0x02, 0x04, 0x05, 0xa0, 0x04, 0x02, 0x08, 0x0a, 0x00, 0x00, 0x00, 0x09,                    //
      0x00, 0x00, 0x00, 0x00, 0x01, 0x03, 0x03, 0x07};
  CHECK(SynBuilder().build(over_ipv6) == expected);
}

TEST_CASE("one builder builds SYNs of both families in turn") {
  SynBuilder builder;
  const auto ipv4 = builder.build(example);
  const auto ipv6 = builder.build(over_ipv6);
  CHECK(builder.build(example) == ipv4);
  CHECK(builder.build(over_ipv6) == ipv6);
}

TEST_CASE("a SYN between two families can't be built") {
  Syn syn = example;
  syn.flow.target.address = over_ipv6.flow.target.address;
  CHECK(message_of([&] { SynBuilder().build(syn); }) ==
        "cannot build a SYN from 10.77.1.1 to 2001:db8:a::2: they are not of one family");
}

TEST_CASE("tcpdump reads from SYNs of both families what they were built from") {
#ifdef _WIN32
  constexpr bool on_windows = true;  // whose shell is another
#else
  constexpr bool on_windows = false;
#endif
  if (on_windows || std::system("command -v tcpdump >/dev/null") != 0) {
    MESSAGE("skipped: no tcpdump");
    return;
  }
  const ScratchFile file("");
  SavefileWriter writer(file.path(), true);
  SynBuilder builder;
  std::mt19937 random(1);
  std::string expected;
  for (int i = 0; i < 200; ++i) {
    const Syn syn = any_syn(random, i % 2 == 0 ? over_ipv6 : example);
    const auto packet = builder.build(syn);
    writer.write(std::vector<Frame>{{.link_type = LinkType::raw,
                                     .bytes = packet,
                                     .original_length = static_cast<std::uint32_t>(packet.size()),
                                     .time = TimePoint{}}});
    expected += dumped(syn);
  }
  CHECK(output_of("tcpdump -nvvSt -r " + file.path() + " 2>/dev/null") == expected);
}

TEST_CASE("a flow has one label, others mostly another, and IPv4 none") {
  const Flow flow = over_ipv6.flow;
  const FlowLabel label = flow_label_of(flow, 1);
  CHECK(flow_label_of(flow, 1) == label);
  CHECK(flow_label_of(flow, 2) != label);
  CHECK(flow_label_of(example.flow, 1) == FlowLabel{0});
  std::set<std::uint32_t> labels;
  for (std::uint16_t port = 0; port < 1000; ++port) {
    Flow other = flow;
    other.source.port.value = port;
    labels.insert(flow_label_of(other, 1).value);
  }
  // Two of 1000 meet in 2^20 labels about once in two times; ten pairs are beyond chance.
  CHECK(labels.size() > 990);
  CHECK(*labels.begin() > 0);
  CHECK(*labels.rbegin() <= 0xfffff);
}

TEST_CASE("the check above can fail") {
  auto packet = SynBuilder().build(example);
  packet[45] ^= 1;
  CHECK_FALSE(checksums_are_right(packet));
}

}  // namespace craft_test
