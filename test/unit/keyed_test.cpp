#include "identity/keyed.hpp"

#include "craft/syn_template.hpp"

#include <doctest/doctest.h>

#include <array>
#include <random>
#include <set>

using namespace tracetcp;
using namespace std::chrono_literals;

namespace {

const Address scan_source = *Address::parse("192.0.2.1");
const Address scan_target = *Address::parse("198.51.100.7");
const ScanOrigin scan_origin{.source = scan_source, .first_port = Port{40000}, .seed = 7};
const Job scan_job{.target = scan_target, .ports = PortList(Port{100}, Port{200})};

std::uint32_t word_at(Bytes bytes, std::size_t at) {
  return std::uint32_t{bytes[at]} << 24 | std::uint32_t{bytes[at + 1]} << 16 |
         std::uint32_t{bytes[at + 2]} << 8 | bytes[at + 3];
}

void set_word(std::vector<std::uint8_t>& bytes, std::size_t at, std::uint32_t value) {
  for (std::size_t i = 0; i < 4; ++i)
    bytes[at + i] = static_cast<std::uint8_t>(value >> (24 - 8 * i));
}

std::vector<std::uint8_t> copy_of(Bytes bytes) {
  return {bytes.begin(), bytes.end()};
}

/// What the scan_target answers to a SYN: ends swapped, these flags, this acknowledgement.
std::vector<std::uint8_t> answer_to(Bytes syn, std::uint8_t flags, std::uint32_t acknowledgement) {
  auto bytes = copy_of(syn);
  std::swap_ranges(bytes.begin() + 12, bytes.begin() + 16, bytes.begin() + 16);
  std::swap_ranges(bytes.begin() + 20, bytes.begin() + 22, bytes.begin() + 22);
  set_word(bytes, 24, 0x01020304);
  set_word(bytes, 28, acknowledgement);
  bytes[33] = flags;
  bytes[36] = bytes[37] = 0;  // the checksum is left to hardware
  return bytes;
}

/// An ICMP error of a router at 203.0.113.9 that quotes the first 28 bytes.
std::vector<std::uint8_t> error_on(Bytes syn, std::uint8_t type, std::uint8_t code) {
  std::vector<std::uint8_t> bytes{0x45, 0, 0,   56, 0, 1, 0,    0,    250, 1, 0, 0, 203, 0,
                                  113,  9, 192, 0,  2, 1, type, code, 0,   0, 0, 0, 0,   0};
  bytes.insert(bytes.end(), syn.begin(), syn.begin() + 28);
  return bytes;
}

/// A scan's identity, and what it takes a packet for.
struct Keyed {
  explicit Keyed(const ScanOrigin& origin = scan_origin, const Job& job = scan_job)
      : identity(origin, job, Ttl{128}, ignored), target(job.target) {}

  std::vector<std::uint8_t> syn(std::uint16_t port, std::uint32_t lane) {
    const Probe probe{.id = {.trace = port, .index = lane}, .target = {target, Port{port}}};
    return copy_of(identity.tag({&probe, 1}, {}).front());
  }
  Heard heard(const std::vector<std::uint8_t>& bytes) {
    Heard heard;
    const Frame frame{.bytes = bytes,
                      .original_length = static_cast<std::uint32_t>(bytes.size()),
                      .time = TimePoint(5s)};
    identity.match(decode(frame), frame.time, heard);
    return heard;
  }
  /// Whether the packet means nothing, and is counted as that.
  bool ignores(const std::vector<std::uint8_t>& bytes, Reason reason) {
    const std::uint64_t before = ignored.of(reason);
    const Heard got = heard(bytes);
    return got.replies.empty() && got.sent.empty() && ignored.of(reason) == before + 1;
  }
  /// Empty: it is no stray.
  std::optional<StrayKind> stray(const std::vector<std::uint8_t>& bytes, std::uint16_t port = 123) {
    const Heard got = heard(bytes);
    if (got.replies.size() != 1 || got.replies.front().kind != ReplyKind::stray) return {};
    CHECK(got.replies.front().trace == port);
    return got.replies.front().stray->kind;
  }

  Tally ignored;
  KeyedIdentity identity;
  Address target;
};

constexpr std::uint8_t syn_ack = 0x12;
constexpr std::uint8_t rst_ack = 0x14;
constexpr std::uint8_t only_rst = 0x04;
constexpr std::uint8_t ack = 0x10;

}  // namespace

TEST_CASE("siphash gives the reference implementation's value") {
  // vectors_sip64[8] of https://github.com/veorq/SipHash: key 00..0f, message 00..07.
  CHECK(siphash({.low = 0x0706050403020100ULL, .high = 0x0f0e0d0c0b0a0908ULL},
                0x0706050403020100ULL) == 0x93f5f5799a932462ULL);
  // vectors_sip64[16]: message 00..0f.
  CHECK(siphash({.low = 0x0706050403020100ULL, .high = 0x0f0e0d0c0b0a0908ULL},
                std::array<std::uint64_t, 2>{0x0706050403020100ULL, 0x0f0e0d0c0b0a0908ULL}) ==
        0x3f2acc7f57c29bdbULL);
}

namespace {

void check_patched_syns(Address source, Address target) {
  std::mt19937_64 random(1);
  const auto any16 = [&] { return static_cast<std::uint16_t>(random()); };
  const auto any32 = [&] { return static_cast<std::uint32_t>(random()); };
  SynBuilder builder;
  const SynTemplate pattern(source, target, Ttl{128});
  for (int i = 0; i < 2000; ++i) {
    Syn syn{.flow = {.source = {source, {any16()}}, .target = {target, {any16()}}},
            .ttl = Ttl{128},
            .tag = {.isn = {any32()}, .ip_id = {any16()}, .tsval = {any32()}},
            .flow_label = {any32() & 0xfffffU}};
    if (i == 0)
      syn = {
          .flow = {.source = {source, {0}}, .target = {target, {0}}}, .ttl = Ttl{128}, .tag = {}};
    if (i == 1) syn.tag = {.isn = {0xffffffff}, .ip_id = {0xffff}, .tsval = {0xffffffff}};
    std::vector<std::uint8_t> packet(pattern.size());
    pattern.write(syn.flow.source.port, syn.flow.target.port, syn.tag, syn.flow_label, packet);
    const auto built = builder.build(syn);
    CHECK(std::equal(packet.begin(), packet.end(), built.begin(), built.end()));
  }
}

}  // namespace

TEST_CASE("a patched SYN is the one that libnet builds, byte for byte") {
  check_patched_syns(scan_source, scan_target);
  check_patched_syns(*Address::parse("2001:db8::1"), *Address::parse("2001:db8:1::2"));
}

TEST_CASE("each SYN of a scan over IPv6 has the label of its flow") {
  const ScanOrigin origin{
      .source = *Address::parse("2001:db8::1"), .first_port = {40000}, .seed = 7};
  Keyed scan(origin, {.target = *Address::parse("2001:db8:1::2"), .ports = scan_job.ports});
  const auto label_of = [&](std::uint16_t port, std::uint32_t lane) {
    const auto packet = scan.syn(port, lane);
    REQUIRE(packet.size() == 80);
    return word_at(packet, 0) & 0xfffffU;
  };
  const std::uint32_t label = label_of(123, 1);
  CHECK(label != 0);
  CHECK(label_of(123, 1) == label);
  CHECK(label_of(124, 1) != label);
  CHECK(label_of(123, 2) != label);
}

TEST_CASE("each SYN of a scan has an ISN of its own, and a source port of its own for each try") {
  Keyed scan;
  std::set<std::uint32_t> isns;
  for (std::uint32_t lane = 0; lane < scan_source_ports; ++lane) {
    for (std::uint16_t port = 100; port <= 200; ++port) {
      const auto packet = scan.syn(port, lane);
      isns.insert(word_at(packet, 24));
      CHECK(word_at(packet, 20) == ((40000U + lane) << 16 | port));
    }
  }
  CHECK(isns.size() == 101 * scan_source_ports);
}

TEST_CASE("what a scan's SYN brings back names it") {
  Keyed scan;
  const auto syn = scan.syn(123, 2);
  const std::uint32_t isn = word_at(syn, 24);

  const Heard sent = scan.heard(syn);
  REQUIRE(sent.sent.size() == 1);
  CHECK(sent.sent.front().id == ProbeId{.trace = 123, .index = 2});

  const auto check = [&](const std::vector<std::uint8_t>& bytes, ReplyKind kind, const char* from) {
    const Heard got = scan.heard(bytes);
    REQUIRE(got.replies.size() == 1);
    const Reply& answer = got.replies.front();
    CHECK(answer.trace == 123);
    CHECK(answer.probe == 2);
    CHECK(answer.kind == kind);
    CHECK(answer.from == *Address::parse(from));
    CHECK(answer.time == TimePoint(5s));
  };
  check(answer_to(syn, syn_ack, isn + 1), ReplyKind::syn_ack, "198.51.100.7");
  check(answer_to(syn, rst_ack, isn + 1), ReplyKind::rst, "198.51.100.7");
  check(error_on(syn, 3, 13), ReplyKind::unreachable, "203.0.113.9");
  check(error_on(syn, 11, 0), ReplyKind::time_exceeded, "203.0.113.9");
  check(error_on(syn, 4, 0), ReplyKind::notice, "203.0.113.9");
}

TEST_CASE("what answers a scan's SYN as this machine's NAT let it out answers that SYN") {
  Keyed scan;
  const auto syn = scan.syn(123, 2);
  const std::uint32_t isn = word_at(syn, 24);
  auto left = syn;
  set_word(left, 12, 0xc0000204);         // from 192.0.2.4
  set_word(left, 16, 0xc6336463);         // to 198.51.100.99
  set_word(left, 20, 50000U << 16 | 80);  // from port 50000 to port 80
  left[10] = left[11] = 0;                // the checksums are left to hardware
  left[36] = left[37] = 0;
  const auto answer = answer_to(left, syn_ack, isn + 1);
  CHECK(scan.ignores(answer, Reason::not_ours));  // nobody sent such a SYN so far

  const Heard sent = scan.heard(left);
  REQUIRE(sent.sent.size() == 1);
  CHECK(sent.sent.front().id == ProbeId{.trace = 123, .index = 2});
  const Endpoint made_from{scan_source, Port{40002}};
  const Translation translation{.made = {.source = made_from, .target = {scan_target, Port{123}}},
                                .left = {.source = {*Address::parse("192.0.2.4"), Port{50000}},
                                         .target = {*Address::parse("198.51.100.99"), Port{80}}}};
  CHECK(sent.sent.front().translation == translation);

  const Heard got = scan.heard(answer);
  REQUIRE(got.replies.size() == 1);
  CHECK(got.replies.front().trace == 123);
  CHECK(got.replies.front().from == scan_target);  // as an application sees it
  const Heard error = scan.heard(error_on(left, 3, 13));
  REQUIRE(error.replies.size() == 1);
  CHECK(error.replies.front().probe == 2);
  CHECK(error.replies.front().from == *Address::parse("203.0.113.9"));
}

TEST_CASE("our kernel's error about a scan's SYN is no answer") {
  Keyed scan;
  const auto syn = scan.syn(123, 0);
  auto error = error_on(syn, 3, 1);
  set_word(error, 12, scan_source.ipv4());
  CHECK(scan.ignores(error, Reason::own_error));
}

TEST_CASE("what proves no SYN of the scan is not believed") {
  Keyed scan;
  const auto syn = scan.syn(123, 0);
  const std::uint32_t isn = word_at(syn, 24);

  const auto stray = [&](const std::vector<std::uint8_t>& bytes) { return scan.stray(bytes); };
  CHECK(stray(answer_to(syn, syn_ack, isn)) == StrayKind::syn_ack_of_another);
  CHECK(stray(answer_to(syn, syn_ack, isn + 2)) == StrayKind::syn_ack_of_another);
  CHECK(stray(answer_to(syn, rst_ack, isn)) == StrayKind::reset_of_another);
  CHECK(stray(answer_to(syn, only_rst, isn + 1)) == StrayKind::reset_without_ack);
  CHECK(stray(answer_to(syn, ack, isn + 1)) == StrayKind::lone_ack);
  auto echoing = answer_to(syn, syn_ack, isn + 1);
  const std::uint32_t tsval = word_at(syn, 48);
  set_word(echoing, 52, tsval + 1);  // none of ours yet
  CHECK(stray(echoing) == StrayKind::other_echo);
  set_word(echoing, 52, tsval);
  CHECK(scan.heard(echoing).replies.front().kind == ReplyKind::syn_ack);
  auto from_other_port = echoing;
  from_other_port[21] = 80;
  from_other_port[20] = 0x1f;
  CHECK(stray(from_other_port) == StrayKind::other_port);
  auto from_other_host = answer_to(syn, rst_ack, isn + 1);
  from_other_host[15] = 8;
  from_other_host[10] = from_other_host[11] = 0;
  CHECK(stray(from_other_host) == StrayKind::other_address);
  auto damaged = answer_to(syn, syn_ack, isn + 1);
  damaged[37] = 1;
  CHECK(stray(damaged) == StrayKind::wrong_checksum);

  auto other_port = answer_to(syn, syn_ack, isn + 1);
  other_port[21] = 124;
  CHECK(scan.stray(other_port, 124) == StrayKind::syn_ack_of_another);  // it has another ISN
  auto outside = answer_to(syn, syn_ack, isn + 1);
  outside[21] = 99;
  CHECK(scan.ignores(outside, Reason::not_ours));
  auto quote = error_on(syn, 3, 13);
  quote[28 + 27] ^= 1;
  CHECK(scan.ignores(quote, Reason::other_isn));

  auto own_reset = syn;
  set_word(own_reset, 24, isn + 1);
  own_reset[33] = only_rst;
  CHECK(scan.ignores(own_reset, Reason::own_reset));
  auto own_other = syn;
  set_word(own_other, 24, isn + 2);
  CHECK(scan.ignores(own_other, Reason::not_ours));

  Keyed other_seed({.source = scan_source, .first_port = Port{40000}, .seed = 8});
  CHECK(other_seed.stray(answer_to(syn, syn_ack, isn + 1)) == StrayKind::syn_ack_of_another);
}
