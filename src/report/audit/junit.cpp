// JUnit's report in XML, as Jenkins, GitLab and most others read it: a suite is the policy, a case
// one of its lines. What does not hold is a failure, what can't be decided an error: neither
// passes, and only the first says something of the network.

#include "audit/audited_line.hpp"
#include "report/html/markup.hpp"

#include <fmt/core.h>

namespace tracetcp {
namespace {

// What HTML escapes, and as it does, XML does too.
using html::escaped;

double seconds(Duration duration) {
  return std::chrono::duration<double>(duration).count();
}

Duration time_of(const AuditedLine& line) {
  Duration all{};
  for (const AuditedPort& port : line.ports) all += port.took;
  return all;
}

void add_problem(std::string& xml, const char* element, const AuditedLine& line) {
  const std::string text = escaped(line.text());
  xml += fmt::format("      <{0} type=\"{1}\" message=\"{2}\">{2}</{0}>\n", element,
                     tracetcp::text(line.outcome()), text);
}

void add_case(std::string& xml, const std::string& file, const AuditedLine& line) {
  xml += fmt::format("    <testcase classname=\"{}\" name=\"line {}: {}\" time=\"{:.3f}\"",
                     escaped(file), line.line, escaped(line.rule), seconds(time_of(line)));
  if (line.outcome() == RuleOutcome::holds) {
    xml += fmt::format(">\n      <system-out>{}</system-out>\n    </testcase>\n",
                       escaped(line.text()));
    return;
  }
  xml += ">\n";
  add_problem(xml, line.outcome() == RuleOutcome::fails ? "failure" : "error", line);
  xml += "    </testcase>\n";
}

}  // namespace

std::string junit_xml(const std::string& file, std::span<const AuditedLine> lines) {
  AuditTally tally;
  Duration all{};
  for (const AuditedLine& line : lines) {
    tally.add(line.outcome());
    all += time_of(line);
  }
  const std::string counts =
      fmt::format("tests=\"{}\" failures=\"{}\" errors=\"{}\" time=\"{:.3f}\"", lines.size(),
                  tally.fail, tally.unknown, seconds(all));
  std::string xml = fmt::format(
      "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites name=\"tracetcp\" {0}>\n"
      "  <testsuite name=\"{1}\" {0} skipped=\"0\">\n",
      counts, escaped(file));
  for (const AuditedLine& line : lines) add_case(xml, file, line);
  return xml + "  </testsuite>\n</testsuites>\n";
}

}  // namespace tracetcp
