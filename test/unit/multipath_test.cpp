// Graphs made by hand: each flow is written as what answered it, TTL by TTL.

#include "multipath/flow_table.hpp"
#include "multipath/result.hpp"
#include "trace_builder.hpp"

#include <tracetcp/report.hpp>

#include <doctest/doctest.h>

#include <nlohmann/json.hpp>

#include <sstream>

using namespace tracetcp;

namespace {

/// "a b - !t": answered by a, then b, then nobody, then the end by t; "?" was not asked.
void add_flow(FlowTable& table, const std::string& text) {
  const std::size_t flow = table.add();
  std::istringstream words(text);
  int ttl = table.first();
  for (std::string word; words >> word; ++ttl) {
    if (word == "?") continue;
    FlowCell& cell = table.at(flow, ttl);
    cell.probes.push_back({.ttl = Ttl{static_cast<std::uint8_t>(ttl)}, .sent = {}, .replies = {}});
    cell.state = word == "-" ? CellState::silent : CellState::answered;
    if (word == "-") continue;
    const bool is_end = word.front() == '!';
    Reply reply;
    reply.probe = 0;
    reply.kind = is_end ? ReplyKind::syn_ack : ReplyKind::time_exceeded;
    reply.from = Address(static_cast<std::uint32_t>(word.back()));
    reply.rtt = std::chrono::milliseconds(ttl);
    cell.probes.back().replies.push_back(reply);
    if (is_end) table.note_end(flow, ttl);
  }
}

Multipath paths_of(int last, const std::vector<std::string>& flows) {
  FlowTable table(Ttl{1}, Ttl{static_cast<std::uint8_t>(last)});
  for (const std::string& flow : flows) add_flow(table, flow);
  std::vector<Port> ports;
  for (const std::string& flow : flows) {
    static_cast<void>(flow);
    ports.push_back(Port{static_cast<std::uint16_t>(40001 + ports.size())});
  }
  return multipath_of(table, Address(1), ports);
}

/// "0>a a>b": the addresses' letters, "-" for silent nodes, "0" for the start.
std::string edges_of(const Multipath& paths) {
  const auto letter = [&](std::size_t node) {
    if (node == 0) return std::string("0");
    const auto& address = paths.nodes[node].address;
    return address ? std::string(1, static_cast<char>(address->ipv4())) : "-";
  };
  std::string text;
  for (const PathEdge& edge : paths.edges) {
    text += (text.empty() ? "" : " ") + letter(edge.from) + ">" + letter(edge.to);
  }
  return text;
}

}  // namespace

TEST_CASE("flows make a graph whose nodes belong to a TTL") {
  const Multipath paths = paths_of(4, {"a b d !t", "a c d !t", "a b d ?"});
  CHECK(edges_of(paths) == "0>a a>b a>c b>d c>d d>t");
  CHECK(paths.nodes[1].flows == std::vector{Port{40001}, Port{40002}, Port{40003}});
  CHECK(paths.edges[1].flows == 2);
  CHECK(paths.paths == 2);
  CHECK(paths.flows == 3);
}

TEST_CASE("nodes are complete once as many flows as the rule wants went on from there") {
  const std::vector<std::string> five(5, "a b !t");
  const std::vector<std::string> six(6, "a b !t");
  CHECK_FALSE(paths_of(3, five).complete);
  CHECK(paths_of(3, six).complete);
  auto split = std::vector<std::string>(5, "a b !t");
  split.insert(split.end(), 5, "a c !t");  // ten: two next hops want eleven
  CHECK_FALSE(paths_of(3, split).nodes[1].complete);
  split.emplace_back("a c !t");
  CHECK(paths_of(3, split).nodes[1].complete);
}

TEST_CASE("silent hops are told apart by what is before them") {
  const Multipath paths = paths_of(5, {"a b - d !t", "a c - d !t", "a b - d !t"});
  CHECK(edges_of(paths) == "0>a a>b a>c b>- c>- ->d ->d d>t");
  CHECK(paths.paths == 2);
}

TEST_CASE("of silence that nothing follows the first hop is shown, as the end of a path") {
  auto flows = std::vector<std::string>(6, "a b !t");
  flows.insert(flows.end(), 6, "a c - - -");
  const Multipath paths = paths_of(5, flows);
  CHECK(edges_of(paths) == "0>a a>b a>c b>t c>-");
  REQUIRE(paths.outcomes.size() == 2);
  CHECK(paths.outcomes[0].reply == ReplyKind::syn_ack);
  CHECK_FALSE(paths.outcomes[1].reply);
  CHECK(paths.outcomes[1].at == Place{.ttl = Ttl{2}, .address = Address('c')});
  CHECK(paths.outcomes[1].flows.size() == 6);
}

TEST_CASE("a silence of too few flows is no end of a path") {
  auto flows = std::vector<std::string>(6, "a b !t");
  flows.emplace_back("a - - - -");
  const Multipath paths = paths_of(5, flows);
  CHECK(paths.outcomes.size() == 1);
  CHECK_FALSE(paths.complete);
}

TEST_CASE("a flow has no path beyond its end") {
  const Multipath paths = paths_of(4, {"a !t !t !t", "a ? !t ?"});
  CHECK(edges_of(paths) == "0>a a>t");
}

TEST_CASE("a diamond ends where all of its paths have met, at whatever TTL") {
  const Multipath paths = paths_of(6, {"a b x !t", "a c d x !t", "a c e x !t"});
  REQUIRE(paths.diamonds.size() == 1);
  const Diamond& diamond = paths.diamonds[0];
  CHECK(paths.nodes[diamond.from].address == Address('a'));
  REQUIRE(diamond.to);
  CHECK(paths.nodes[*diamond.to].address == Address('x'));
  CHECK(diamond.paths == 3);
  CHECK(diamond.width == 2);
  CHECK(diamond.length == 3);
  CHECK(diamond.shortest == 2);
}

TEST_CASE("a way that skips a hop makes a diamond, too") {
  const Multipath paths = paths_of(4, {"a x !t", "a b x !t"});
  REQUIRE(paths.diamonds.size() == 1);
  CHECK(paths.diamonds[0].paths == 2);
  CHECK(paths.nodes[paths.diamonds[0].to.value()].address == Address('x'));
}

TEST_CASE("diamonds may follow one another, and be without end") {
  const Multipath paths = paths_of(5, {"a b x c !t", "a d x e !u"});
  REQUIRE(paths.diamonds.size() == 2);
  CHECK(paths.diamonds[0].to);
  CHECK_FALSE(paths.diamonds[1].to);
  CHECK(paths.nodes[paths.diamonds[1].from].address == Address('x'));
  CHECK(paths.paths == 4);
}

TEST_CASE("so many paths that counting them ends are said to be that many at least") {
  std::string one;
  std::string other;
  for (int i = 0; i < 30; ++i) {
    one += i % 2 == 0 ? "a " : "b ";
    other += i % 2 == 0 ? "a " : "c ";
  }
  const Multipath paths = paths_of(61, {one + one + "!t", other + other + "!t"});
  CHECK(paths.paths == Multipath::most_paths);
}

TEST_CASE("JSON has the graph") {
  Trace trace;
  trace.target = {Address('t'), Port{80}};
  trace.paths = paths_of(4, {"a b d !t", "a c d !t"});
  const NoNames names;
  const auto json =
      nlohmann::json::parse(json_report({.all_paths = true}, names)->end(trace, {})).at("paths");
  CHECK(json.at("confidence") == 0.95);
  CHECK(json.at("complete") == false);
  CHECK(json.at("nodes").size() == 6);
  CHECK(json.at("nodes")[0].at("reply") == "start");
  CHECK(json.at("nodes")[1].at("address") == Address('a').text());
  CHECK(json.at("nodes")[1].at("source_ports") == nlohmann::json{40001, 40002});
  CHECK(json.at("nodes")[5].at("reply") == "syn-ack");
  CHECK(json.at("edges").size() == 6);
  CHECK(json.at("edges")[1] ==
        nlohmann::json{{"from", 1}, {"to", 2}, {"flows", 1}, {"certain", true}});
  CHECK(json.at("diamonds")[0].at("paths") == 2);
}
