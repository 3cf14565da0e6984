// The file of --audit.

#include "cli/audit_rules.hpp"
#include "cli/limits.hpp"
#include "fuzz.hpp"

#include <tracetcp/error.hpp>

#include <string>
#include <string_view>

using namespace tracetcp;
using namespace tracetcp::cli;

FUZZ_TARGET(policy) {
  const std::string text(input.begin(), input.end());
  try {
    const auto rules = parse_audit(text, "policy");
    HOLDS(!rules.empty());
    std::size_t line = 0;
    for (const AuditRule& rule : rules) {
      HOLDS(rule.line > line);
      line = rule.line;
      HOLDS(!rule.host.empty());
      HOLDS(rule.host.find_first_of(" /[]\n#") == std::string::npos);
      HOLDS(!rule.ports.empty());
      HOLDS(rule.ports.front().value >= port_range.least);
      HOLDS(rule.text.find('\n') == std::string::npos);
      // What is reported of a rule is that rule.
      const auto again = parse_audit(rule.text, "policy");
      HOLDS(again.size() == 1);
      HOLDS(again.front().text == rule.text);
      HOLDS(again.front().ports.text() == rule.ports.text());
    }
  } catch (const UsageError& error) {
    HOLDS(fuzz::is_one_line(std::string(error.what())));
  }
}
