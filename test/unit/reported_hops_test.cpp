#include "multipath/reported_hops.hpp"

#include "../idle_observer.hpp"

#include <doctest/doctest.h>

#include <string>

using namespace tracetcp;

namespace {

/// The TTLs that were reported, in their order.
struct Reporting final : IdleObserver {
  void settled(const Trace&, const Hop& hop) override {
    ttls += (ttls.empty() ? "" : " ") + std::to_string(hop.ttl.value);
  }

  std::string ttls;
};

PathNode node(int ttl, const char* address, bool is_complete) {
  return {.ttl = Ttl{static_cast<std::uint8_t>(ttl)},
          .address = Address::parse(address),
          .reply = ReplyKind::time_exceeded,
          .complete = is_complete};
}

/// This machine, hop 1, two routers at hop 2, one at hop 3.
Trace diamond(bool is_second_complete, bool is_last_complete) {
  Trace trace;
  trace.paths = Multipath{
      .nodes = {node(0, "10.0.0.9", true), node(1, "10.0.0.1", true), node(2, "10.0.2.1", true),
                node(2, "10.0.2.2", is_second_complete), node(3, "10.0.3.1", is_last_complete)},
      .edges = {{0, 1}, {1, 2}, {1, 3}, {2, 4}, {3, 4}}};
  return trace;
}

}  // namespace

TEST_CASE("a hop of all paths is reported once, when all next hops up to there are found") {
  Reporting reported;
  ReportedHops hops(reported);
  hops.report(diamond(false, false));
  CHECK(reported.ttls == "1");
  hops.report(diamond(true, false));
  CHECK(reported.ttls == "1 2");
  hops.report(diamond(true, false));
  hops.report_all(diamond(true, false));
  CHECK(reported.ttls == "1 2 3");
}

TEST_CASE("a hop of which more was found after it was reported is reported again in the end") {
  Reporting reported;
  ReportedHops hops(reported);
  hops.report(diamond(true, true));
  CHECK(reported.ttls == "1 2 3");
  Trace more = diamond(true, true);
  more.paths->nodes.push_back(node(3, "10.0.3.2", true));
  more.paths->edges.push_back({.from = 3, .to = 5});
  hops.report(more);
  CHECK(reported.ttls == "1 2 3");
  hops.report_all(more);
  CHECK(reported.ttls == "1 2 3 3");
}

TEST_CASE("a hop is reported again where another way leads to it") {
  Reporting reported;
  ReportedHops hops(reported);
  hops.report(diamond(true, true));
  Trace more = diamond(true, true);
  more.paths->edges.pop_back();
  hops.report_all(more);
  CHECK(reported.ttls == "1 2 3 3");
}
