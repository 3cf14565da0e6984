#include "report/html/sections.hpp"

namespace tracetcp::html {
namespace {

std::string_view tone_class(RuleOutcome outcome) {
  switch (outcome) {
    case RuleOutcome::holds:
      return "good";
    case RuleOutcome::fails:
      return "bad";
    case RuleOutcome::unknown:
      break;
  }
  return "warn";
}

}  // namespace

void add_audit(Markup& to, const Source& from) {
  if (from.page.audit.empty()) return;
  to << "<section id=\"audit\"><h2>Rules</h2><div class=\"wide\"><table class=\"audit\"><thead>"
        "<tr><th scope=\"col\">Line</th><th scope=\"col\">Outcome</th><th scope=\"col\">Rule</th>"
        "<th scope=\"col\">Why</th></tr></thead><tbody>";
  for (const AuditRow& row : from.page.audit) {
    to << "<tr><td>" << row.line << "</td><td class=\"verdict " << tone_class(row.outcome)
       << "\"><span class=\"badge\">" << text(row.outcome) << "</span></td><td><code>" << row.rule
       << "</code></td><td>" << row.text << "</td></tr>";
  }
  to << "</tbody></table></div></section>";
}

}  // namespace tracetcp::html
