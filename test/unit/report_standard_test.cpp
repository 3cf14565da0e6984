#include "trace_builder.hpp"

#include <tracetcp/report.hpp>

#include <doctest/doctest.h>

using namespace std::chrono_literals;
using namespace tracetcp;
using namespace tracetcp::test;

namespace {

std::string standard(const Trace& trace, const RunInfo& info = {},
                     const MapNames& names = MapNames(), const RunCounts& counts = {}) {
  const auto report = standard_report(info, names);
  std::string text = report->begin(trace);
  for (const auto& hop : trace.path()) text += report->hop(trace, hop);
  return text + report->end(trace, counts);
}

/// One hop's line alone.
std::string line(const Trace& trace, const RunInfo& info = {}, const MapNames& names = MapNames()) {
  return standard_report(info, names)->hop(trace, trace.hops.back());
}

std::string end(const Trace& trace, const RunCounts& counts = {}) {
  const MapNames names;
  return standard_report({}, names)->end(trace, counts);
}

}  // namespace

TEST_CASE("the example of an open port, by its name") {
  Trace trace = trace_to("66.135.192.41", 80);
  add_hop(trace, 1, "192.168.0.1", 1, 1, 2);
  add_hop(trace, 2, "62.30.193.33", 10, 11, 8);
  add_hop(trace, 3, "172.18.14.45", 10, 9, 10);
  add_hop(trace, 4, {std::nullopt, std::nullopt, std::nullopt});
  add_hop(trace, 5, {std::nullopt, reply("66.135.192.41", 170ms, ReplyKind::syn_ack)});
  conclude(trace, State::open, 5, "66.135.192.41", 170ms);
  RunInfo info;
  info.target_name = "www.ebay.co.uk";
  const MapNames names{{"192.168.0.1", "wintermute"},
                       {"62.30.193.33", "gsr01-so.blueyonder.co.uk"},
                       {"172.18.14.45", ""}};
  CHECK(standard(trace, info, names) ==
        "\n"
        "Tracing route to 66.135.192.41 [www.ebay.co.uk] on port 80\n"
        "Over a maximum of 30 hops.\n"
        "1\t1 ms\t1 ms\t2 ms\t192.168.0.1\t[wintermute]\n"
        "2\t10 ms\t11 ms\t8 ms\t62.30.193.33\t[gsr01-so.blueyonder.co.uk]\n"
        "3\t10 ms\t9 ms\t10 ms\t172.18.14.45\n"
        "4\t*\t*\t*\tRequest timed out.\n"
        "5\tDestination Reached in 170 ms. Connection established to 66.135.192.41\n"
        "Trace Complete.\n");
}

TEST_CASE("a row of very many probes has the time of each, in order, however long it is") {
  Trace trace = trace_to("192.0.2.1", 80);
  Hop& hop = add_hop(trace, 7, {});
  std::string row = "7";
  for (int i = 0; i < 300; ++i) {
    ProbeRecord& probe = hop.probes.emplace_back();
    if (i % 5 == 3) {
      row += "\t*";
      continue;
    }
    const int time = i * 7;  // of one to four digits, in milliseconds
    probe.replies.push_back(reply("198.51.100.1", std::chrono::milliseconds(time)));
    if (i % 5 == 4) probe.replies.front().rtt.reset();
    row += i % 5 == 4 ? "\t? ms" : "\t" + std::to_string(time) + " ms";
  }
  CHECK(line(trace) == row + "\t198.51.100.1\n");
}

TEST_CASE("an address that a translator or tunnel made from IPv4 is shown as such") {
  Trace trace = trace_to("64:ff9b::c000:221", 80);
  add_hop(trace, 1, "2002:c000:204::1", 1, 1, 2);
  CHECK(line(trace) == "1\t1 ms\t1 ms\t2 ms\t2002:c000:204::1\t[6to4 of 192.0.2.4]\n");
  add_hop(trace, 2, "64:ff9b::c000:221", 1, 1, 2);
  CHECK(line(trace) == "2\t1 ms\t1 ms\t2 ms\t64:ff9b::c000:221\t[NAT64 of 192.0.2.33]\n");
}

TEST_CASE("of a name with several addresses a line says which one is traced") {
  const Trace trace = trace_to("192.0.2.2", 80);
  RunInfo info;
  info.target_name = "shop.example";
  info.target_addresses = {address("192.0.2.2"), address("192.0.2.1")};
  const MapNames names;
  CHECK(standard_report(info, names)->begin(trace) ==
        "\nTracing route to 192.0.2.2 [shop.example] on port 80\n"
        "Over a maximum of 30 hops.\n"
        "shop.example has 2 addresses: 192.0.2.2 (traced), 192.0.2.1.\n");
  for (int last = 3; last < 10; ++last) {
    info.target_addresses.push_back(address("192.0.2." + std::to_string(last)));
  }
  CHECK(standard_report(info, names)->begin(trace) ==
        "\nTracing route to 192.0.2.2 [shop.example] on port 80\n"
        "Over a maximum of 30 hops.\n"
        "shop.example has 9 addresses: 192.0.2.2 (traced), 192.0.2.1, 192.0.2.3, 192.0.2.4, "
        "192.0.2.5, 192.0.2.6, 192.0.2.7, 192.0.2.8 and 1 more.\n");
}

TEST_CASE("a closed port at a target without a name, hops limited") {
  Trace trace = trace_to("10.77.10.2", 81);
  add_hop(trace, 1, {reply("10.77.10.2", 3ms, ReplyKind::rst)});
  conclude(trace, State::closed, 1, "10.77.10.2", 3ms);
  RunInfo info;
  info.max_hops = 7;
  CHECK(standard(trace, info) ==
        "\n"
        "Tracing route to 10.77.10.2 on port 81\n"
        "Over a maximum of 7 hops.\n"
        "1\tDestination Reached in 3 ms. Port closed on 10.77.10.2\n"
        "Trace Complete.\n");
}

TEST_CASE("the name of a target given by address is its reverse name") {
  const Trace trace = trace_to("192.168.0.1", 80);
  const MapNames names{{"192.168.0.1", "wintermute"}};
  CHECK(standard_report({}, names)->begin(trace) ==
        "\nTracing route to 192.168.0.1 [wintermute] on port 80\nOver a maximum of 30 hops.\n");
}

TEST_CASE("a rejection gives its true reason") {
  Trace trace = trace_to("10.77.10.2", 139);
  add_hop(trace, 6, "10.77.6.2", 1, 1, 1);
  add_hop(trace, 7, {reply("10.77.6.2", 1ms, ReplyKind::unreachable)});
  conclude(trace, State::rejected, 7, "10.77.6.2", 1ms);
  trace.verdict.icmp = {tracetcp::Family::ipv4, 3, 13};
  CHECK(line(trace).empty());
  CHECK(end(trace) == "6\t10.77.6.2 reports: administratively prohibited\nTrace Complete.\n");
  trace.verdict.icmp = {tracetcp::Family::ipv4, 3, 1};
  CHECK(end(trace) == "6\t10.77.6.2 reports: host unreachable\nTrace Complete.\n");
}

TEST_CASE("without an answer from the end a plain sentence concludes") {
  Trace trace = trace_to("10.77.10.2", 80);
  conclude(trace, State::silent, 6, "10.77.6.2");
  CHECK(end(trace) == "Nothing answers beyond hop 6 (10.77.6.2).\nTrace Complete.\n");
  conclude(trace, State::incomplete, 5, "10.77.5.2");
  CHECK(end(trace) ==
        "The hop limit was reached: hop 5 (10.77.5.2) still answers.\nTrace Complete.\n");
}

TEST_CASE("a trace that an error ended does not say that it was interrupted") {
  Trace trace = trace_to("10.77.10.2", 80);
  trace.failed = true;
  CHECK(end(trace) == "Ended by an error before anything answered.\nTrace ended by an error.\n");
}

TEST_CASE("an interrupted trace says so") {
  Trace trace = trace_to("10.77.10.2", 80);
  trace.interrupted = true;
  CHECK(end(trace) == "Interrupted before anything answered.\nTrace interrupted.\n");
}

TEST_CASE("a silent last hop that was asked keeps its line") {
  Trace trace = trace_to("10.77.10.2", 80);
  add_hop(trace, 6, {std::nullopt});
  conclude(trace, State::silent, 6, "10.77.6.2");
  CHECK(line(trace) == "6\t*\tRequest timed out.\n");
}

TEST_CASE("an unanswered probe among answered ones is a star in its place") {
  Trace trace = trace_to("10.77.10.2", 80);
  add_hop(trace, 2, {std::nullopt, reply("10.0.0.1", 5ms), std::nullopt});
  CHECK(line(trace) == "2\t*\t5 ms\t*\t10.0.0.1\n");
}

TEST_CASE("several responders are shown in the order first seen, each with its name") {
  Trace trace = trace_to("10.77.10.2", 80);
  add_hop(trace, 2,
          {reply("10.0.0.9", 5ms), reply("10.0.0.1", 6ms), reply("10.0.0.9", 7ms),
           reply("10.0.0.5", 8ms)});
  const MapNames names{{"10.0.0.9", "nine"}, {"10.0.0.5", "five"}};
  CHECK(line(trace, {}, names) ==
        "2\t5 ms\t6 ms\t7 ms\t8 ms\t10.0.0.9\t[nine]\t10.0.0.1\t10.0.0.5\t[five]\n");
}

TEST_CASE("voided probes are not shown") {
  Trace trace = trace_to("10.77.10.2", 80);
  add_hop(trace, 2, {reply("10.0.0.9", 5ms), reply("10.0.0.1", 6ms)}).probes[0].voided = true;
  CHECK(line(trace) == "2\t6 ms\t10.0.0.1\n");
  trace.hops.back().probes[1].voided = true;
  CHECK(line(trace).empty());
}

TEST_CASE("MPLS labels follow the responders, each stack once") {
  Trace trace = trace_to("10.77.10.2", 80);
  Reply labelled = reply("10.0.0.1", 5ms);
  labelled.mpls = {{24001, 0, false, 1}, {17, 5, true, 254}};
  add_hop(trace, 2, {labelled, labelled});
  const MapNames names{{"10.0.0.1", "pe1"}};
  CHECK(line(trace, {}, names) ==
        "2\t5 ms\t5 ms\t10.0.0.1\t[pe1]\t[MPLS: label 24001, TC 0, TTL 1]\t[MPLS: label 17, TC 5, "
        "TTL 254]\n");
}

TEST_CASE("times are rounded, or given with three decimals, or unknown") {
  Trace trace = trace_to("10.77.10.2", 80);
  Reply timeless = reply("10.0.0.1", 0ns);
  timeless.rtt = std::nullopt;
  add_hop(trace, 2, {reply("10.0.0.1", 1'499'999ns), reply("10.0.0.1", 1'500'000ns), timeless});
  CHECK(line(trace) == "2\t1 ms\t2 ms\t? ms\t10.0.0.1\n");
  RunInfo precise;
  precise.precise = true;
  CHECK(line(trace, precise) == "2\t1.500 ms\t1.500 ms\t? ms\t10.0.0.1\n");
  conclude(trace, State::open, 3, "10.77.10.2", 7'042'499ns);
  const MapNames names;
  CHECK(standard_report(precise, names)->end(trace, {}) ==
        "3\tDestination Reached in 7.042 ms. Connection established to 10.77.10.2\n"
        "Trace Complete.\n");
}

TEST_CASE("notices stand behind the answer, a lossy capture behind them") {
  Trace trace = trace_to("10.77.10.2", 80);
  Reply quench = reply("10.77.3.2", 1ms, ReplyKind::notice);
  quench.icmp.type = 4;
  trace.notices.add(quench);
  conclude(trace, State::open, 10, "10.77.10.2", 3ms);
  RunCounts counts;
  counts.link = {100, 3, 4};
  CHECK(end(trace, counts) ==
        "10\tDestination Reached in 3 ms. Connection established to 10.77.10.2\n"
        "Note: 10.77.3.2 reports: source quench\n"
        "Warning: 7 packets were lost by the capture; replies may be missing.\n"
        "Trace Complete.\n");
  counts.link = {100, 0, 1};
  CHECK(end(trace, counts)
            .find("\nWarning: 1 packet was lost by the capture; replies may be missing.\n") !=
        std::string::npos);
}

TEST_CASE("a notice that comes again and again is one line; a redirect names its gateway") {
  Trace trace = trace_to("10.77.10.2", 80);
  Reply redirect = reply("10.77.3.2", 1ms, ReplyKind::notice);
  redirect.icmp.type = 5;
  redirect.icmp.code = 1;
  redirect.gateway = address("10.77.3.254");
  for (int i = 0; i < 1000; ++i) trace.notices.add(redirect);
  for (int i = 1; i <= 100; ++i) {  // each to another gateway: 15 have room beside the first
    redirect.gateway = address("10.77.4." + std::to_string(i));
    trace.notices.add(redirect);
  }
  conclude(trace, State::open, 10, "10.77.10.2", 3ms);
  const std::string text = end(trace, {});
  CHECK(text.find("10.77.10.2\n"
                  "Note: 10.77.3.2 reports: redirect for host, to 10.77.3.254 (1000 times)\n"
                  "Note: 10.77.3.2 reports: redirect for host, to 10.77.4.1\n") !=
        std::string::npos);
  CHECK(text.find("10.77.4.15\nNote: 85 more notices of other kinds or senders.\nTrace") !=
        std::string::npos);
}

TEST_CASE("a rejection at a hop where the path goes on is not lost") {
  Trace trace = trace_to("10.77.10.2", 80);
  add_hop(trace, 1, {reply("10.77.1.2", 1ms)});
  Reply late = reply("10.77.1.2", 4ms, ReplyKind::unreachable);
  late.icmp = {tracetcp::Family::ipv4, 3, 1};
  add_hop(trace, 2, {reply("10.77.2.2", 2ms), reply("10.77.2.2", 2ms), late});
  trace.hops[1].probes[1].replies.push_back(late);  // for a probe that the hop answered, too
  conclude(trace, State::open, 10, "10.77.10.2", 3ms);
  CHECK(line(trace) ==
        "2\t2 ms\t2 ms\t4 ms\t10.77.2.2\t10.77.1.2\t"
        "10.77.1.2 reports: host unreachable\n");
}

TEST_CASE("thousands of packets that mean nothing are one line, and take bounded room") {
  Trace trace = trace_to("10.77.10.2", 80);
  conclude(trace, State::open, 10, "10.77.10.2", 3ms);
  for (int i = 0; i < 5000; ++i) {
    const Address from = address("10.1." + std::to_string(i / 250) + "." + std::to_string(i % 250));
    trace.strays.add({.kind = StrayKind::other_quote, .from = {from, {}}});
    trace.strays.add({.kind = StrayKind::duplicate, .from = {from, {}}});
  }
  trace.strays.add({.kind = StrayKind::other_address, .from = {address("10.2.2.2"), Port{80}}});
  CHECK(trace.strays.different().size() == 9);  // the flood did not keep out the last
  CHECK(trace.strays.others(StrayKind::other_quote) == 4996);
  CHECK(
      end(trace, {}) ==
      "10\tDestination Reached in 3 ms. Connection established to 10.77.10.2\n"
      "Note: 5001 packets on our ports answer none of our SYNs: forged, or of other connections.\n"
      "Note: 5000 answers are duplicates of others.\n"
      "Trace Complete.\n");
}

TEST_CASE("a verdict from which everything is missing still makes a row") {
  Trace trace = trace_to("10.77.10.2", 80);
  conclude(trace, State::open);
  CHECK(end(trace) ==
        "?\tDestination Reached in ? ms. Connection established to 10.77.10.2\nTrace Complete.\n");
}

namespace {

/// Hops 1 to `answered` answer, those up to `asked` don't.
Trace silent_from(int answered, int asked) {
  Trace trace = trace_to("10.77.10.2", 135);
  for (int hop = 1; hop <= asked; ++hop) {
    const auto ttl = static_cast<std::uint8_t>(hop);
    if (hop <= answered) {
      add_hop(trace, ttl, {reply("10.77." + std::to_string(hop) + ".2", 1ms)});
    } else {
      add_hop(trace, ttl, {std::nullopt});
    }
  }
  conclude(trace, State::silent, static_cast<std::uint8_t>(answered),
           "10.77." + std::to_string(answered) + ".2");
  return trace;
}

}  // namespace

TEST_CASE("a silent tail is abridged from its fourth hop on") {
  CHECK(standard(silent_from(1, 4)).find("4\t*\tRequest timed out.\nNothing") != std::string::npos);
  const std::string text = standard(silent_from(2, 30));
  CHECK(text.find("5\t*\tRequest timed out.\n"
                  "6 ... continues until maximum number of hops reached.\nNothing answers") !=
        std::string::npos);
}

TEST_CASE("silent hops before one that answers are all shown") {
  Trace trace = silent_from(1, 7);
  trace.hops[6].probes.front().replies = {reply("10.77.7.2", 7ms)};
  const std::string text = standard(trace);
  for (const char* row : {"\n4\t*\tRequest timed out.\n", "\n5\t*\tRequest timed out.\n",
                          "\n6\t*\tRequest timed out.\n7\t7 ms\t10.77.7.2\n"}) {
    CHECK_MESSAGE(text.find(row) != std::string::npos, row);
  }
  CHECK(text.find("continues") == std::string::npos);
}

TEST_CASE("silent hops of a trace that was cut short are all shown") {
  Trace trace = silent_from(1, 6);
  trace.interrupted = true;
  conclude(trace, State::incomplete, 1, "10.77.1.2");
  const std::string text = standard(trace);
  CHECK(text.find("\n6\t*\tRequest timed out.\n") != std::string::npos);
  CHECK(text.find("continues") == std::string::npos);
}

TEST_CASE("silent hops before the target's answer are all shown") {
  Trace trace = silent_from(1, 6);
  trace.hops.push_back(trace.hops.back());
  trace.hops.back().ttl = Ttl{7};
  trace.hops.back().probes.front().replies = {reply("10.77.10.2", 3ms, ReplyKind::syn_ack)};
  conclude(trace, State::open, 7, "10.77.10.2", 3ms);
  CHECK(standard(trace).find("\n6\t*\tRequest timed out.\n7\tDestination Reached in 3 ms.") !=
        std::string::npos);
}

TEST_CASE("the finding that decides is the verdict's sentence, with the hop's name") {
  Trace trace = trace_to("10.77.10.2", 139);
  conclude(trace, State::rejected, 6, "10.77.5.2", 3ms);
  trace.verdict.icmp = {tracetcp::Family::ipv4, 3, 13};
  trace.diagnosis.findings.push_back({.confidence = Confidence::certain,
                                      .at = {.ttl = Ttl{5}, .address = address("10.77.5.2")},
                                      .data = finding::Rejected{trace.verdict.icmp}});
  const MapNames names{{"10.77.5.2", "edge5.example.net"}};
  CHECK(standard_report({}, names)->end(trace, {}) ==
        "6\t10.77.5.2 reports: administratively prohibited\n"
        "Port 139: rejected by hop 5 (10.77.5.2, edge5.example.net): administratively prohibited.\n"
        "Trace Complete.\n");
}

TEST_CASE("a RST in the target's name is not the target's") {
  Trace trace = trace_to("10.77.10.2", 136);
  conclude(trace, State::closed, 7, "10.77.10.2", 3ms);
  trace.diagnosis.answered_by = AnsweredBy::forged_reset;
  trace.diagnosis.confidence = Confidence::certain;
  trace.diagnosis.findings.push_back(
      {.confidence = Confidence::certain,
       .at = {.ttl = Ttl{6}, .address = address("10.77.6.2")},
       .data = finding::ForgedReset{
           .target = trace.target.address,
           .other = {.port = Port{80}, .reply = ReplyKind::syn_ack, .ttl = Ttl{11}}}});
  CHECK(end(trace) ==
        "7\tRST in 3 ms in the name of 10.77.10.2, not from it.\n"
        "Port 136: the RST is forged at hop 6 (10.77.6.2), not sent by 10.77.10.2; port 80 is "
        "answered 11 hops away.\n"
        "Trace Complete.\n");
}

TEST_CASE("the next step is a command that can be run as it is") {
  RunInfo info;
  info.method = "raw";
  info.command = "tracetcp host:80";
  const auto next = [&](const Trace& trace) {
    const std::string text = standard(trace, info);
    const auto at = text.find("Next: ");
    return at == std::string::npos ? "" : text.substr(at, text.find('\n', at) - at);
  };
  Trace silent = silent_from(2, 30);
  CHECK(next(silent) ==
        "Next: tracetcp host:80 --patient  # a router reports after 3 s that a host is down");
  silent.hops[1].probes.push_back(silent.hops[0].probes.front());  // from another address
  CHECK(next(silent) ==
        "Next: tracetcp host:80 --paths  # several routers answer as hop 2: other "
        "flows may take other paths");
  // The control's flow goes by another router as hop 2.
  Trace parted = silent_from(2, 30);
  Trace control = silent_from(2, 30);
  control.target.port = Port{443};
  control.hops[1].probes.front().replies = {reply("10.78.2.2", 1ms)};
  parted.control = std::make_shared<const Trace>(control);
  CHECK(next(parted) ==
        "Next: tracetcp host:80 --paths  # port 443 takes another path from hop 2 on: "
        "other flows may too");
  // It gets no farther either, and a router had the time to report that there is no such host.
  Trace alike = silent_from(2, 30);
  control = silent_from(2, 30);
  control.ended = control.hops.back().probes.front().sent + 3s;
  alike.control = std::make_shared<const Trace>(control);
  CHECK(next(alike) ==
        "Next: tracetcp host:80 --paths  # other flows may take another path, which is not broken");
  control.ended -= 1s;
  alike.control = std::make_shared<const Trace>(control);
  CHECK(next(alike) ==
        "Next: tracetcp host:80 --patient  # a router reports after 3 s that a host is down");
  info.method = "connect";  // it knows no paths
  CHECK(next(parted) ==
        "Next: tracetcp host:80 --patient  # a router reports after 3 s that a host is down");
  info.method = "raw";
  Trace open = trace_to("10.77.10.2", 80);
  conclude(open, State::open, 10, "10.77.10.2", 3ms);
  CHECK(next(open).empty());
  Trace unknown = trace_to("10.77.10.2", 80);
  conclude(unknown, State::unknown);
  CHECK(next(unknown).starts_with("Next: tracetcp host:80 --method connect  # "));
}
