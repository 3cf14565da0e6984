#include "cli/all_accepted.hpp"

#include "../idle_observer.hpp"
#include "trace_builder.hpp"

#include <doctest/doctest.h>

using namespace tracetcp;
using namespace tracetcp::cli;
using namespace tracetcp::test;
using std::chrono::milliseconds;

namespace {

/// What is said of a scan whose ports answer so, one letter each: S a SYN-ACK from 3 hops away, f
/// one from 5, R a RST, a dot nothing.
std::string said_of(const std::string& answers) {
  struct Idle final : IdleObserver {
  } idle;
  AllAccepted all(idle);
  std::uint16_t port = 79;
  for (const char answer : answers) {
    Trace trace = trace_to("198.51.100.1", port++);
    Reply reply = test::reply("198.51.100.1", milliseconds(1),
                              answer == 'R' ? ReplyKind::rst : ReplyKind::syn_ack);
    reply.ttl = Ttl{static_cast<std::uint8_t>(answer == 'f' ? 60 : 62)};
    if (answer == '.') {
      add_hop(trace, 128, {std::nullopt});
      conclude(trace, State::silent);
    } else {
      add_hop(trace, 128, {reply});
      conclude(trace, answer == 'R' ? State::closed : State::open, 128, "198.51.100.1");
    }
    all.finished(trace);
  }
  return all.text().value_or("");
}

}  // namespace

TEST_CASE("a scan that finds all ports open from one distance says so") {
  CHECK(said_of("SSS") ==
        "all 3 ports are accepted from 3 hops away: a SYN proxy on the way may accept every "
        "connection, and the target none; see where: tracetcp 198.51.100.1:79");
  CHECK(said_of("SS").empty());
  CHECK(said_of("SSSf").empty());
  CHECK(said_of("SSSR").empty());
  CHECK(said_of(".SSS").empty());
  CHECK(said_of("").empty());
}
