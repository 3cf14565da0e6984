#include "cli/audit_output.hpp"

#include "platform/output.hpp"
#include "report/terminal/painted.hpp"

#include <fmt/core.h>

namespace tracetcp::cli {
namespace {

using terminal::Meaning;
using terminal::Painted;

Meaning meaning_of(RuleOutcome outcome) {
  switch (outcome) {
    case RuleOutcome::holds:
      return Meaning::good;
    case RuleOutcome::fails:
      return Meaning::bad;
    case RuleOutcome::unknown:
      break;
  }
  return Meaning::warning;
}

}  // namespace

std::string audit_row(const AuditedLine& line) {
  return fmt::format("{}\t{}\t{}\t{}\n", line.line, text(line.outcome()), line.rule, line.text());
}

std::string audit_rows(const AuditedLine& line, const TerminalLook& look) {
  constexpr std::size_t of_outcome = 5;  // columns, where the line's number has room
  constexpr std::size_t of_rule = of_outcome + std::string_view("does not hold").size() + 2;
  constexpr std::size_t of_reason = of_outcome + 2;
  const std::size_t width = look.usable_width();
  Painted head(std::to_string(line.line), Meaning::faint);
  head.add(" ", Meaning::plain);
  head.pad_to(of_outcome);
  head.add(text(line.outcome()), meaning_of(line.outcome()));
  head.pad_to(of_rule);
  head.add(line.rule, Meaning::plain);
  std::string rows;
  for (const Painted& part : terminal::wrapped(head, width, of_rule)) {
    rows += part.rendered(look.has_colours) + '\n';
  }
  Painted reason("", Meaning::plain);
  reason.pad_to(of_reason);
  reason.add(line.text(), Meaning::plain);
  for (const Painted& part : terminal::wrapped(reason, width, of_reason)) {
    rows += part.rendered(look.has_colours) + '\n';
  }
  return rows;
}

AuditOutput::AuditOutput(const Options& options)
    : is_json_(options.format == Format::json), look_(look_for(options)) {}

void AuditOutput::print(const AuditedLine& line) {
  if (is_json_) {
    write_out(audit_json(line));
  } else {
    write_out(look_ ? audit_rows(line, look_->terminal) : audit_row(line));
  }
}

void AuditOutput::close(const AuditTally& tally) {
  if (is_json_) return;
  write_out(tally.text() + '\n');
}

}  // namespace tracetcp::cli
