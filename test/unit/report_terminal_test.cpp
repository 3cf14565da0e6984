#include "report/terminal/painted.hpp"
#include "report/terminal/row.hpp"
#include "report/terminal/terminal_report.hpp"
#include "trace_builder.hpp"

#include <doctest/doctest.h>

#include <map>
#include <string>

using namespace std::chrono_literals;
using namespace tracetcp;
using namespace tracetcp::test;
using terminal::Meaning;
using terminal::Painted;

namespace {

class MapNetworks final : public Networks {
 public:
  explicit MapNetworks(std::map<std::string, AutonomousSystem> systems)
      : systems_(std::move(systems)) {}
  [[nodiscard]] std::optional<AutonomousSystem> of(Address asked) const override {
    const auto found = systems_.find(asked.text());
    if (found == systems_.end()) return std::nullopt;
    return found->second;
  }

 private:
  std::map<std::string, AutonomousSystem> systems_;
};

std::string on_terminal(const Trace& trace, std::size_t width, const RunInfo& info = {},
                        const MapNames& names = MapNames()) {
  const TerminalReport report(info, names, {.has_colours = false, .width = width});
  std::string text = report.begin(trace);
  for (const auto& hop : trace.path()) text += report.hop(trace, hop);
  return text + report.end(trace, {});
}

}  // namespace

TEST_CASE("a terminal of 100 columns has them where tabs would put them") {
  Trace trace = trace_to("203.0.113.9", 8443);
  add_hop(trace, 1,
          {reply("192.168.0.1", 312us), reply("192.168.0.1", 279us), reply("192.168.0.1", 999us)});
  add_hop(trace, 2, "10.78.128.1", 10, 9, 10);
  add_hop(trace, 3, "10.77.6.2", 12, 12, 12);
  add_hop(trace, 4,
          {reply("203.0.113.9", 14ms, ReplyKind::syn_ack), std::nullopt,
           reply("203.0.113.9", 15ms, ReplyKind::syn_ack)});
  conclude(trace, State::open, 4, "203.0.113.9", 14ms);
  const MapNetworks networks(
      {{"10.78.128.1", {5089, "Example Cable"}}, {"10.77.6.2", {64500, "Example Corp"}}});
  RunInfo info;
  info.target_name = "shop.example.net";
  info.networks = &networks;
  const MapNames names{{"192.168.0.1", "wintermute"}, {"10.77.6.2", "fw6.customer.example.org"}};
  CHECK(
      on_terminal(trace, 100, info, names) ==
      "\n"
      "Tracing route to 203.0.113.9 [shop.example.net] on port 8443\n"
      "Over a maximum of 30 hops.\n"
      "1       0.31 ms 0.27 ms 0.99 ms 192.168.0.1     [wintermute]\n"
      "2       10 ms   9 ms    10 ms   10.78.128.1                                 AS5089 Example "
      "Cable\n"
      "3       12 ms   12 ms   12 ms   10.77.6.2       [fw6.customer.example.org]  AS64500 Example "
      "Corp\n"
      "4       Destination Reached in 14 ms. Connection established to 203.0.113.9  "
      "14 ms * 15 ms\n"
      "Trace Complete.\n");
}

TEST_CASE("a row names the network of who answered, not of who was named") {
  Trace trace = trace_to("203.0.113.9", 80);
  add_hop(trace, 1, "10.78.128.1", 10, 9, 10);
  add_hop(trace, 2, {reply("203.0.113.9", 14ms, ReplyKind::rst)});
  conclude(trace, State::closed, 2, "203.0.113.9", 14ms);
  const MapNetworks networks({{"203.0.113.9", {64500, "Example Corp"}}});
  const MapNames names;
  const auto report = standard_report({.networks = &networks}, names);
  CHECK(report->answer(trace) ==
        "2\tDestination Reached in 14 ms. Port closed on 203.0.113.9\tAS64500 Example Corp\n");
  trace.diagnosis.answered_by = AnsweredBy::forged_reset;
  trace.diagnosis.confidence = Confidence::certain;
  CHECK(report->answer(trace) == "2\tRST in 14 ms in the name of 203.0.113.9, not from it.\n");
}

TEST_CASE("several who answer at a hop have a line each") {
  Trace trace = trace_to("203.0.113.9", 80);
  Reply labelled = reply("10.0.0.2", 7ms);
  labelled.mpls = {{.label = 24001, .traffic_class = 1, .bottom = true, .ttl = 1}};
  add_hop(trace, 1, {reply("10.0.0.1", 5ms), labelled, std::nullopt});
  const MapNames names{{"10.0.0.1", "a.example"}, {"10.0.0.2", "b.example"}};
  const TerminalReport report({}, names, {.has_colours = false, .width = 80});
  CHECK(report.hop(trace, trace.hops.front()) ==
        "1   5 ms    7 ms    *       10.0.0.1        [a.example]\n"
        "                            10.0.0.2        [b.example]\n"
        "                            [MPLS: label 24001, TC 1, TTL 1]\n");
}

TEST_CASE("while answers may come, what is missing is no loss yet") {
  Trace trace = trace_to("203.0.113.9", 80);
  add_hop(trace, 1, {reply("10.0.0.1", 5ms), std::nullopt});
  add_hop(trace, 2, {std::nullopt, std::nullopt});
  const MapNames names;
  const TerminalReport report({.probes_per_hop = 3}, names, {.has_colours = false, .width = 80});
  std::string text;
  for (const Hop& hop : trace.hops) report.add_open_hop(text, trace, hop, false);
  CHECK(text ==
        "1   5 ms    .               10.0.0.1\n"
        "2   .       .\n");
}

TEST_CASE("colours say who rejects, and which times are out of line") {
  Trace trace = trace_to("203.0.113.9", 80);
  add_hop(trace, 1, "10.0.0.1", 5, 21, 6);               // 21 ms: more than twice 5 ms and 10 ms
  Hop& hop = add_hop(trace, 2, "10.0.0.2", 54, 54, 80);  // not 50 ms more than hop 1
  hop.probes.front().replies.push_back(reply("10.0.0.9", 6ms, ReplyKind::unreachable));
  add_hop(trace, 3, "10.0.0.3", 104, 105, 106);  // all of it is
  const MapNames names;
  const TerminalReport report({}, names, {.has_colours = true, .width = 120});
  CHECK(report.hop(trace, trace.hops[0]).find("5 ms    \x1b[33m21 ms\x1b[0m   6 ms ") !=
        std::string::npos);
  const std::string rejecting = report.hop(trace, trace.hops[1]);
  CHECK(rejecting.find("\x1b[33m") == std::string::npos);
  CHECK(rejecting.find("\x1b[31m10.0.0.9 reports: ") != std::string::npos);
  CHECK(report.hop(trace, trace.hops[2]).find("\x1b[33m104 ms\x1b[0m") != std::string::npos);
}

TEST_CASE("lines are broken at blanks, or where there is none at the end") {
  const auto texts = [](const std::string& text, std::size_t width) {
    std::string all;
    for (const Painted& line : terminal::wrapped(Painted(text, Meaning::plain), width, 2)) {
      all += line.rendered(false) + '|';
    }
    return all;
  };
  CHECK(texts("one two three", 13) == "one two three|");
  CHECK(texts("one two three", 12) == "one two|  three|");
  CHECK(texts("one two three", 7) == "one two|  three|");
  CHECK(texts("one two three", 6) == "one|  two|  thre|  e|");
  CHECK(texts("", 6) == "|");
}

TEST_CASE("what is cut keeps its bracket") {
  CHECK(terminal::cut_to("[gw.example.net]", 16) == "[gw.example.net]");
  CHECK(terminal::cut_to("[gw.example.net]", 15) == "[gw.example...]");
  CHECK(terminal::cut_to("AS64500 Example Corp", 12) == "AS64500 Ex..");
}

TEST_CASE("of a place its number and address are bold, not how sure a sentence is") {
  const auto painted = [](const char* line) {
    std::string text;
    add_terminal_sentences(text, line, {.has_colours = true, .width = 100});
    return text;
  };
  CHECK(painted("dropped behind hop 4 (likely).") ==
        "dropped behind \x1b[1mhop 4\x1b[0m (likely).\n");
  CHECK(painted("dropped behind hop 4 (10.0.0.4, a.example) (likely).") ==
        "dropped behind \x1b[1mhop 4 (10.0.0.4, a.example)\x1b[0m (likely).\n");
}

TEST_CASE(
    "a terminal that changes its size has lines as long as it is wide when they are written") {
  Trace trace = trace_to("203.0.113.9", 8443);
  add_hop(trace, 1, "192.168.0.1", 1, 1, 1);
  add_hop(trace, 2, "10.78.128.1", 10, 9, 10);
  const MapNames names{{"192.168.0.1", "a-name-that-is-longer-than-sixty-columns-are.example.org"},
                       {"10.78.128.1", "a-name-that-is-longer-than-sixty-columns-are.example.org"}};
  std::size_t width = 60;
  const TerminalReport report({}, names, {.width_now = [&] { return width; }});
  const std::string narrow = report.hop(trace, trace.hops[0]);
  CHECK(narrow.ends_with("..]\n"));
  CHECK(narrow.size() == 61);
  width = 120;
  CHECK(report.hop(trace, trace.hops[1]).ends_with("columns-are.example.org]\n"));
  width = 10;
  CHECK(report.passing(std::string(50, 'x')).size() == TerminalLook::least_width - 1);
}
