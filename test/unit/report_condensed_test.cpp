#include "trace_builder.hpp"

#include <tracetcp/report.hpp>

#include <doctest/doctest.h>

using namespace std::chrono_literals;
using namespace tracetcp;
using namespace tracetcp::test;

namespace {

std::string condensed(const Trace& trace, const RunInfo& info, const MapNames& names = MapNames(),
                      const RunCounts& counts = {}) {
  const auto report = condensed_report(info, names);
  std::string text = report->begin(trace);
  for (const auto& hop : trace.path()) text += report->hop(trace, hop);
  return text + report->end(trace, counts);
}

RunInfo hops(int max_hops) {
  RunInfo info;
  info.target_name = "www.ebay.co.uk";
  info.max_hops = max_hops;
  return info;
}

}  // namespace

TEST_CASE("the example of traces per port, three hops at most") {
  Trace trace = trace_to("66.135.208.41", 135);
  add_hop(trace, 1, {reply("192.168.0.1", 1ms)});
  add_hop(trace, 2, {reply("10.78.128.1", 10ms)});
  add_hop(trace, 3, {std::nullopt});
  conclude(trace, State::silent, 2, "10.78.128.1");
  CHECK(condensed(trace, hops(3)) ==
        "[66.135.208.41:135]  1\t1 ms\t192.168.0.1\n"
        "[66.135.208.41:135]  2\t10 ms\t10.78.128.1\n"
        "[66.135.208.41:135]  3\t*\tRequest timed out.\n"
        "\n");
}

TEST_CASE("the example of a scan: one line per port, no empty lines") {
  Trace silent = trace_to("192.168.0.1", 20);
  add_hop(silent, 50, {std::nullopt, std::nullopt, std::nullopt});
  conclude(silent, State::silent);
  CHECK(condensed(silent, hops(1)) == "[192.168.0.1:20]  50\t*\t*\t*\tRequest timed out.\n");

  Trace open = trace_to("192.168.0.1", 21);
  add_hop(open, 50, {reply("192.168.0.1", 1ms, ReplyKind::syn_ack)});
  conclude(open, State::open, 50, "192.168.0.1", 1ms);
  CHECK(condensed(open, hops(1)) ==
        "[192.168.0.1:21]  50\tDest. in 1 ms. Port OPEN on 192.168.0.1\n");

  conclude(open, State::closed, 50, "192.168.0.1", 1ms);
  CHECK(condensed(open, hops(1)) ==
        "[192.168.0.1:21]  50\tDest. in 1 ms. Port CLOSED on 192.168.0.1\n");
}

TEST_CASE("condensed: a rejection, names, notices and losses carry the target too") {
  Trace trace = trace_to("10.77.10.2", 139);
  add_hop(trace, 1, {reply("10.77.1.2", 1ms)});
  add_hop(trace, 2, {reply("10.77.1.2", 1ms, ReplyKind::unreachable)});
  conclude(trace, State::rejected, 2, "10.77.1.2", 1ms);
  trace.verdict.icmp = {tracetcp::Family::ipv4, 3, 13};
  Reply quench = reply("10.77.3.2", 1ms, ReplyKind::notice);
  quench.icmp.type = 4;
  trace.notices.add(quench);
  RunCounts counts;
  counts.link.kernel_dropped = 2;
  CHECK(condensed(trace, hops(30), MapNames{{"10.77.1.2", "r1"}}, counts) ==
        "[10.77.10.2:139]  1\t1 ms\t10.77.1.2\t[r1]\n"
        "[10.77.10.2:139]  1\t10.77.1.2 reports: administratively prohibited\n"
        "[10.77.10.2:139]  Note: 10.77.3.2 reports: source quench\n"
        "[10.77.10.2:139]  Warning: 2 packets were lost by the capture; replies may be missing.\n"
        "\n");
}

TEST_CASE("condensed: an interrupted trace says so") {
  Trace trace = trace_to("10.77.10.2", 139);
  trace.interrupted = true;
  CHECK(condensed(trace, hops(1)) == "[10.77.10.2:139]  Trace interrupted.\n");
}
