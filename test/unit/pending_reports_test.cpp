#include "cli/pending_reports.hpp"

#include "fake_dns.hpp"
#include "platform/real_time.hpp"
#include "platform/waker.hpp"
#include "trace_builder.hpp"

#include <tracetcp/dns.hpp>

#include <doctest/doctest.h>

#include <map>
#include <string>
#include <vector>

using namespace std::chrono_literals;
using namespace tracetcp;
using namespace tracetcp::cli;
using namespace tracetcp::test;

namespace {

/// A trace to port `port` of 192.0.2.1 on which `router` answered.
FoundTrace through(const std::string& router, std::uint16_t port) {
  FoundTrace found;
  found.trace.target = {address("192.0.2.1"), Port{port}};
  ProbeRecord probe;
  probe.replies.push_back(reply(router, 1ms));
  found.trace.hops.push_back({.ttl = Ttl{1}, .probes = {probe}});
  return found;
}

/// Names that are known from a moment on.
class LateNames final : public Names {
 public:
  explicit LateNames(const TimePoint& now) : now_(now) {}

  void ask(Address address) override { asked.push_back(address); }
  [[nodiscard]] std::optional<std::string> of(Address address) const override {
    const auto found = known_from.find(address.text());
    if (found == known_from.end() || now_ < TimePoint(found->second)) return std::nullopt;
    return "name of " + address.text();
  }

  std::map<std::string, Duration> known_from;
  std::vector<Address> asked;

 private:
  const TimePoint& now_;
};

/// Reports in a time of their own: what was printed is the port, the moment and the names.
struct Reports {
  explicit Reports(bool header_has_name = false)
      : names(now),
        parts{.names = names,
              .header_has_name = header_has_name,
              .now = [this] { return now; },
              .wait = [this](TimePoint until) { now = std::min(until, now + 10ms); },
              .print =
                  [this](const FoundTrace& found, const RunCounts&) {
                    const Address from = found.trace.hops[0].probes[0].replies[0].from;
                    printed.push_back(std::to_string(found.trace.target.port.value) + " at " +
                                      std::to_string(now.time_since_epoch() / 1ms) + " " +
                                      names.of(from).value_or("-"));
                  }} {}

  TimePoint now{};
  LateNames names;
  std::vector<std::string> printed;
  PendingReports::Parts parts;
};

using Lines = std::vector<std::string>;

}  // namespace

TEST_CASE("a report waits for its names and no longer, and the order stays") {
  Reports reports;
  reports.names.known_from = {{"10.0.0.1", 50ms}, {"10.0.0.2", 20ms}};
  PendingReports pending(reports.parts);
  pending.add(through("10.0.0.1", 1), {});
  pending.add(through("10.0.0.2", 2), {});
  reports.now += 30ms;
  pending.tick();
  CHECK(reports.printed.empty());
  pending.finish();
  CHECK(reports.printed == Lines{"1 at 50 name of 10.0.0.1", "2 at 50 name of 10.0.0.2"});
}

TEST_CASE("where no name comes all reports wait together, as long as a live run does") {
  Reports reports;
  PendingReports pending(reports.parts);
  pending.add(through("10.0.0.1", 1), {});
  pending.add(through("10.0.0.2", 2), {});
  reports.now += 390ms;
  pending.tick();
  CHECK(reports.printed.empty());
  pending.finish();
  CHECK(reports.printed == Lines{"1 at 400 -", "2 at 400 -"});
}

TEST_CASE("the name of the target is asked for where the report shows it") {
  for (const bool shown : {false, true}) {
    Reports reports(shown);
    PendingReports pending(reports.parts);
    pending.add(through("10.0.0.1", 1), {});
    CHECK(reports.names.asked.size() == (shown ? 2 : 1));
  }
}

TEST_CASE("a dead name server lets a bounded number of reports wait") {
  Reports reports;
  PendingReports pending(reports.parts);
  for (std::uint16_t port = 1; port <= 1000; ++port) pending.add(through("10.0.0.1", port), {});
  CHECK(reports.printed.empty());
  CHECK(reports.now == TimePoint{});
  pending.add(through("10.0.0.1", 1001), {});
  CHECK(reports.now == TimePoint(400ms));
  CHECK(reports.printed.size() >= 1);
}

TEST_CASE("names for reports come from a server, in real time") {
  FakeDns server([](const Packet& query) {
    return question(query) == "1.0.0.10.in-addr.arpa" ? answer_name(query, "router.example")
                                                      : answer_head(query, 0, 3);
  });
  const Waker answered;
  const SteadyRealTime clock;
  const auto names = dns_names([&] { answered.notify(); }, server.servers());
  Lines printed;
  PendingReports pending(
      {.names = *names,
       .header_has_name = true,
       // Stands still: it is the answers that end the wait.
       .now = [] { return TimePoint{}; },
       .wait =
           [&](TimePoint) {
             wait_notified(answered, clock.now() + 20s, clock);
             answered.drain();
           },
       .print =
           [&](const FoundTrace& found, const RunCounts&) {
             printed.push_back(names->of(found.trace.hops[0].probes[0].replies[0].from).value());
           }});
  pending.add(through("10.0.0.1", 80), {});
  pending.finish();
  CHECK(printed == Lines{"router.example"});
}
