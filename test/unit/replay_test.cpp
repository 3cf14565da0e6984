#include "link/replay/difference.hpp"
#include "link/replay/replay_link.hpp"
#include "message_of.hpp"

#include <tracetcp/craft.hpp>
#include <tracetcp/error.hpp>

#include <doctest/doctest.h>

#include <array>

using namespace tracetcp;
using namespace std::chrono_literals;

namespace {

using Octets = std::vector<std::uint8_t>;

Octets syn_packet(std::uint8_t ttl, std::uint32_t tsval = 77) {
  return SynBuilder().build(
      {.flow = {{Address(0x0a000001), Port{40001}}, {Address(0x0a000002), Port{80}}},
       .ttl = Ttl{ttl},
       .tag = {.isn = {5}, .ip_id = {6}, .tsval = {tsval}}});
}

/// SYNs with TTL 1 at 1 s and TTL 2 at 2 s, each followed by something else 100 ms later.
std::vector<RecordedFrame> recording() {
  const auto sent = [](std::size_t number, std::uint8_t ttl, Duration time) {
    return RecordedFrame{.number = number,
                         .bytes = syn_packet(ttl),
                         .time = TimePoint(time),
                         .syn = syn_packet(ttl)};
  };
  const auto other = [](std::size_t number, Duration time) {
    return RecordedFrame{.number = number, .bytes = {9}, .time = TimePoint(time), .syn = {}};
  };
  return {sent(1, 1, 1s), other(2, 1100ms), sent(3, 2, 2s), other(4, 2100ms)};
}

void send(ReplayLink& link, const Octets& packet) {
  link.send(std::array<Bytes, 1>{packet});
}

}  // namespace

TEST_CASE("a replayed link hands over what was recorded, at its moments, once the SYNs are sent") {
  ReplayLink link(recording(), exactly);
  CHECK(link.now() == TimePoint(1s));
  CHECK(link.wait(TimePoint(1s)).empty());
  send(link, syn_packet(1));
  CHECK(link.wait(never).size() == 1);
  CHECK(link.now() == TimePoint(1s));
  CHECK(link.wait(TimePoint(1050ms)).empty());
  CHECK(link.now() == TimePoint(1050ms));
  CHECK(link.wait(TimePoint(2s)).front().time == TimePoint(1100ms));
  CHECK(link.now() == TimePoint(1100ms));
  CHECK(link.wait(TimePoint(2s)).empty());
  send(link, syn_packet(2));
  CHECK(link.wait(TimePoint(2s)).size() == 1);
  CHECK(link.wait(TimePoint(9s)).size() == 1);
  CHECK(link.wait(TimePoint(9s)).empty());
  CHECK(link.now() == TimePoint(9s));
  CHECK(link.stats().captured == 4);
  link.finish();
}

TEST_CASE("a SYN that differs from the recorded one is told field by field") {
  ReplayLink link(recording(), exactly);
  CHECK(message_of([&] { send(link, syn_packet(3, 78)); }) ==
        "replay differs at frame 1 (0.000000 ms after the first): sent another SYN: TTL 3, "
        "recorded 1; TSval/TSecr 78/0, recorded 77/0");
  Octets odd = syn_packet(1);
  odd[10] ^= 0xff;  // the IP checksum, which no field tells of
  CHECK(difference(odd, syn_packet(1)).find("byte 10 is 0x") == 0);
  CHECK(difference(Bytes(odd).first(30), syn_packet(1)).find("byte 10 is 0x") == 0);
  CHECK(difference(Bytes(syn_packet(1)).first(30), syn_packet(1)).find("30 bytes, recorded 60") ==
        0);
  CHECK(difference(syn_packet(1), syn_packet(1)).empty());
  const auto labelled = [](std::uint32_t label) {
    return SynBuilder().build({.flow = {{*Address::parse("2001:db8::1"), Port{40001}},
                                        {*Address::parse("2001:db8::2"), Port{80}}},
                               .ttl = Ttl{1},
                               .tag = {.isn = {5}, .ip_id = {}, .tsval = {7}},
                               .flow_label = {label}});
  };
  CHECK(difference(labelled(1), labelled(2)) == "flow label 1, recorded 2");
  CHECK(difference(labelled(1), labelled(1)).empty());
}

TEST_CASE("a SYN at another moment, missing, or more than recorded, is told") {
  ReplayLink link(recording(), exactly);
  CHECK(message_of([&] { link.wait(TimePoint(1s + 1ns)); }) ==
        "replay differs at frame 1 (0.000000 ms after the first): sent nothing, where the "
        "recording has a SYN with TTL 1 to port 80");
  send(link, syn_packet(1));
  CHECK(message_of([&] { send(link, syn_packet(2)); }) ==
        "replay differs at frame 3 (1000.000000 ms after the first): sent the SYN at 0.000000 ms, "
        "1000.000000 ms too early");
  CHECK(message_of([&] { link.finish(); }) ==
        "replay differs at frame 3 (1000.000000 ms after the first): ended the run at 0.000000 "
        "ms, where the recording goes on with a SYN with TTL 2 to port 80");
  for (int i = 0; i < 3; ++i) link.wait(TimePoint(2s));
  send(link, syn_packet(2));
  CHECK(message_of([&] { send(link, syn_packet(3)); }) ==
        "replay at 1000.000000 ms: sent a SYN with TTL 3 to port 80, where the recording has no "
        "more SYNs");
}

TEST_CASE("of a live recording the clock moves on to the stamp of a SYN that is about due") {
  ReplayLink link(recording(), as_live);
  send(link, syn_packet(1));
  CHECK(link.wait(never).size() == 1);
  CHECK(link.wait(never).size() == 1);
  CHECK(link.wait(TimePoint(1800ms)).empty());  // long before it
  CHECK(link.now() == TimePoint(1800ms));
  CHECK(link.wait(TimePoint(1980ms)).empty());
  CHECK(link.now() == TimePoint(2s));
  CHECK(link.wait(TimePoint(2001ms)).empty());  // due a little after the stamp
  CHECK(link.now() == TimePoint(2001ms));
  CHECK(message_of([&] { link.wait(TimePoint(2003ms)); }).find("sent nothing") !=
        std::string::npos);
  send(link, syn_packet(2));
  CHECK(link.wait(never).front().time == TimePoint(2s));
  link.finish();
}
