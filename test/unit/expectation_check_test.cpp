#include "session/expectation_check.hpp"

#include "trace_builder.hpp"

#include <doctest/doctest.h>

using namespace tracetcp;
using namespace tracetcp::test;

namespace {

Trace ended(const std::string& target, std::uint16_t port, State state) {
  Trace trace = trace_to(target, port);
  trace.verdict.state = state;
  return trace;
}

void take(ExpectationCheck& check, const Trace& trace) {
  check.take(trace.target, trace.verdict, trace.diagnosis, nullptr);
}

}  // namespace

TEST_CASE("where nothing is expected, or nothing is known, all is as expected") {
  ExpectationCheck nothing(std::nullopt);
  take(nothing, ended("192.0.2.1", 80, State::silent));
  CHECK(nothing.holds());
  ExpectationCheck open(Expectation::open);
  take(open, ended("192.0.2.1", 80, State::unknown));
  CHECK(open.holds());
  CHECK(open.text().empty());
}

TEST_CASE("a RST that is forged blocks the port, if that is more than a suspicion") {
  Trace trace = ended("192.0.2.1", 80, State::closed);
  trace.diagnosis.answered_by = AnsweredBy::forged_reset;
  ExpectationCheck suspected(Expectation::closed);
  take(suspected, trace);
  CHECK(suspected.holds());
  trace.diagnosis.confidence = Confidence::likely;
  ExpectationCheck blocked(Expectation::blocked);
  take(blocked, trace);
  CHECK(blocked.holds());
  ExpectationCheck closed(Expectation::closed);
  take(closed, trace);
  CHECK(closed.text() ==
        "port 80 of 192.0.2.1 was expected to be closed, but is reset by a forged RST");
}

TEST_CASE("ports of several addresses are told with these") {
  ExpectationCheck check(Expectation::blocked);
  take(check, ended("192.0.2.1", 80, State::open));
  take(check, ended("192.0.2.1", 81, State::silent));
  take(check, ended("192.0.2.2", 80, State::incomplete));
  CHECK_FALSE(check.holds());
  CHECK(check.text() ==
        "2 of 3 ports were expected to be blocked, but are not: 192.0.2.1:80 is open, "
        "192.0.2.2:80 is not decided");
}
