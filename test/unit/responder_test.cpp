#include "tracer/responder.hpp"

#include <doctest/doctest.h>

using namespace tracetcp;
using namespace std::chrono_literals;

namespace {

const TimePoint begin(100s);

/// A responder that answered traces 1 and 2 and was last asked at `begin`.
Responder talker() {
  Responder responder(10ms);
  responder.answered(1);
  responder.answered(2);
  responder.sent(begin);
  return responder;
}

}  // namespace

TEST_CASE("a responder's silence is suspected only where it answers other traces") {
  Responder responder;
  CHECK_FALSE(responder.answers_others(1));
  responder.answered(1);
  CHECK_FALSE(responder.answers_others(1));
  CHECK(responder.answers_others(2));
  responder.answered(2);
  CHECK(responder.answers_others(1));
}

TEST_CASE(
    "suspicions are put to the test after a rest, together, and none answered: all are filtered") {
  Responder responder = talker();
  responder.suspect(3, begin + 100ms);
  responder.suspect(4, begin + 100ms);
  CHECK(responder.wake(3) == begin + Responder::recovery);
  CHECK_FALSE(responder.may_recheck(3, begin + 1s));
  const TimePoint turn = begin + Responder::recovery;
  for (const std::uint32_t trace : {3U, 4U}) {
    REQUIRE(responder.may_recheck(trace, turn));
    responder.recheck(trace, turn, turn + 100ms);
    responder.sent(turn);
  }
  CHECK(responder.ready() > turn + 100ms);  // nobody else in between
  responder.conclude(turn + 99ms);
  CHECK_FALSE(responder.is_filtered(3));
  responder.conclude(turn + 100ms);
  CHECK(responder.is_filtered(3));
  CHECK(responder.is_filtered(4));
  CHECK(responder.ready() == turn + 10ms);
}

TEST_CASE("one of the suspected answered: the others take another turn, one at a time") {
  Responder responder = talker();
  for (const std::uint32_t trace : {3U, 4U, 5U}) responder.suspect(trace, begin);
  TimePoint turn = begin + Responder::recovery;
  for (const std::uint32_t trace : {3U, 4U, 5U}) responder.recheck(trace, turn, turn + 100ms);
  responder.sent(turn);
  responder.answered(4);
  responder.conclude(turn + 100ms);
  CHECK_FALSE(responder.is_filtered(3));
  turn += Responder::recovery;
  REQUIRE(responder.may_recheck(3, turn));
  responder.recheck(3, turn, turn + 100ms);
  CHECK_FALSE(responder.may_recheck(5, turn));
  responder.sent(turn);
  responder.conclude(turn + 100ms);
  CHECK(responder.is_filtered(3));
  CHECK(responder.may_recheck(5, turn + Responder::recovery));
  CHECK(responder.ready() >= turn + Responder::recovery);  // it was tired: nobody asks before
}

TEST_CASE("a responder that answers once asked again is asked less often, until it keeps up") {
  Responder responder = talker();
  responder.suspect(3, begin);
  responder.recheck(3, begin + 2s, begin + 3s);
  responder.answered(3);
  responder.conclude(begin + 3s);
  responder.sent(begin + 3s);
  const Duration slow = responder.ready() - (begin + 3s);
  CHECK(slow > 10ms);
  for (int i = 0; i < 100; ++i) responder.answered(1);
  CHECK(responder.ready() == begin + 3s + 10ms);
}

TEST_CASE("a trace that withdraws its suspicion holds nobody up") {
  Responder responder = talker();
  responder.suspect(3, begin);
  responder.withdraw(3);
  CHECK_FALSE(responder.is_suspected_by(3));
  CHECK(responder.ready() == begin + 10ms);
}

TEST_CASE("where SYNs are not kept apart, those beyond a limit are first asked at a gentle pace") {
  Responder responder;
  responder.answered(1);
  responder.answered(2);
  responder.sent(begin);
  for (const std::uint32_t trace : {3U, 4U, 5U}) responder.suspect(trace, begin);
  const TimePoint turn = begin + Responder::recovery;
  for (const std::uint32_t trace : {3U, 4U, 5U}) {
    REQUIRE(responder.may_recheck(trace, turn));
    responder.recheck(trace, turn, turn + 100ms);
  }
  responder.sent(turn);
  responder.answered(3);  // one, as of a bucket of one
  TimePoint now = turn + 100ms;
  responder.conclude(now);
  CHECK_FALSE(responder.is_filtered(4));
  CHECK(responder.wake(4) == turn + 10ms);
  REQUIRE(responder.may_recheck(4, now));  // no rest before it
  responder.recheck(4, now, now + 100ms);
  responder.sent(now);
  CHECK_FALSE(responder.may_recheck(5, now + 9ms));
  CHECK(responder.may_recheck(5, now + 10ms));
  responder.suspect(4, now + 100ms);  // silent again: now it takes a rest
  responder.withdraw(5);
  CHECK_FALSE(responder.may_recheck(4, now + 100ms));
  CHECK(responder.may_recheck(4, now + Responder::recovery));
}

TEST_CASE("suspicions that would last too long are given up by those that need them least") {
  for (const std::uint32_t suspects : {16U, 40U}) {
    CAPTURE(suspects);
    Responder responder = talker();
    for (std::uint32_t trace = 3; trace < 3 + suspects; ++trace) responder.suspect(trace, begin);
    const TimePoint turn = begin + Responder::recovery;
    for (std::uint32_t trace = 3; trace < 3 + suspects; ++trace) {
      responder.recheck(trace, turn, turn + 100ms);
    }
    responder.sent(turn);
    responder.answered(3);  // one a second
    responder.conclude(turn + 100ms);
    CHECK(responder.is_overrun() == (suspects == 40));  // 15 seconds are not too long
    responder.give_up(4);
    CHECK(responder.is_filtered(4));
    CHECK_FALSE(responder.is_suspected_by(4));
  }
}
