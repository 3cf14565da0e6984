#include "cli/matrix_tables.hpp"

#include "trace_builder.hpp"

#include <doctest/doctest.h>

using namespace std::chrono_literals;
using namespace tracetcp;
using namespace tracetcp::cli;

namespace {

/// A port behind one hop that answers, from `first_ttl` on.
Trace port_of(const std::string& target, std::uint16_t port, std::uint8_t first_ttl = 1) {
  Trace trace = test::trace_to(target, port);
  test::add_hop(trace, first_ttl, {test::reply("10.0.0.1", 1ms)});
  const auto end = static_cast<std::uint8_t>(first_ttl + 1);
  test::add_hop(trace, end, {test::reply(target, 2ms, ReplyKind::syn_ack)});
  trace.verdict = {.state = State::open, .ttl = Ttl{end}, .from = trace.target.address};
  return trace;
}

std::string printed(std::initializer_list<Trace> traces) {
  MatrixTables tables("");
  std::string text;
  for (const Trace& trace : traces) tables.add(text, trace, {});
  CHECK(text.empty());
  tables.finish(text);
  return text;
}

const std::string ruler =
    "                 1         2         3\n"
    "port    123456789012345678901234567890\n";
const std::string legend =
    ", hops across: . answers, * silent, O open, P proxy, C closed, R reset on the way, X "
    "rejected\n";

}  // namespace

TEST_CASE("traces to several targets, in any order: one table for each, with its closing lines") {
  const auto text = printed(
      {port_of("198.51.100.1", 80), port_of("198.51.100.2", 22), port_of("198.51.100.1", 81)});
  CHECK(text == "Ports of 198.51.100.1" + legend + ruler +
                    "80      .O\n"
                    "81      .O\n"
                    "\n"
                    "Open at hop 2 (198.51.100.1): 80-81\n"
                    "\n"
                    "Ports of 198.51.100.2" +
                    legend + ruler +
                    "22      .O\n"
                    "\n"
                    "Open at hop 2 (198.51.100.2): 22\n");
}

TEST_CASE("a trace that begins at another hop has a ruler of its own") {
  const auto text = printed({port_of("198.51.100.1", 80), port_of("198.51.100.1", 81, 3),
                             port_of("198.51.100.1", 82, 3)});
  CHECK(text == "Ports of 198.51.100.1" + legend + ruler +
                    "80      .O\n"
                    "               1         2         3\n"
                    "port    345678901234567890123456789012\n"
                    "81      .O\n"
                    "82      .O\n"
                    "\n"
                    "Open at hop 2 (198.51.100.1): 80\n"
                    "Open at hop 4 (198.51.100.1): 81-82\n");
}

TEST_CASE("findings that ports have in common are told in one line below their table") {
  Trace one = port_of("198.51.100.1", 80);
  Trace other = port_of("198.51.100.1", 82);
  const Finding finding{
      .confidence = Confidence::likely, .at = {.ttl = Ttl{2}}, .data = finding::AnswersAsTarget{}};
  one.diagnosis.findings = other.diagnosis.findings = {finding};
  const auto text = printed({one, other});
  const std::string line =
      "\nPorts 80 and 82: hop 2 answers as the target itself and sends the SYN on: it is led to "
      "another machine there (likely).\n";
  REQUIRE(text.size() > line.size());
  CHECK(text.substr(text.size() - line.size()) == line);
}

TEST_CASE("so many rows that memory would run out: the oldest table is printed as it stands") {
  MatrixTables tables("");
  std::string text;
  tables.add(text, port_of("198.51.100.1", 80), {});
  const Trace other = port_of("198.51.100.2", 22);
  for (std::size_t row = 1; row < MatrixTables::most_rows; ++row) tables.add(text, other, {});
  CHECK(text.empty());
  tables.add(text, other, {});
  CHECK(text.find("Ports of 198.51.100.1") == 0);
  CHECK(text.find("Ports of 198.51.100.2") == std::string::npos);
  text.clear();
  tables.add(text, port_of("198.51.100.1", 81), {});
  tables.finish(text);
  CHECK(text.find("\nPorts of 198.51.100.2") == 0);
  CHECK(text.find("Ports of 198.51.100.1") != std::string::npos);
}
