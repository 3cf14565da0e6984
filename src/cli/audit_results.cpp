#include "cli/audit_results.hpp"

#include "cli/page_file.hpp"
#include "cli/whole_file.hpp"

#include <tracetcp/audit.hpp>
#include <tracetcp/names.hpp>

#include <algorithm>
#include <utility>

namespace tracetcp::cli {
namespace {

/// The object of --json.
std::string trace_object(const Trace& trace, const RunInfo& info, const RunCounts& counts) {
  const NoNames no_names;
  std::string text = json_report(info, no_names)->rest(trace, counts);
  if (text.ends_with('\n')) text.pop_back();
  return text;
}

}  // namespace

AuditResults::AuditResults(const Options& options, std::vector<AuditRule> rules,
                           std::function<bool()> interrupted)
    : options_(options),
      rules_(std::move(rules)),
      interrupted_(std::move(interrupted)),
      lines_(rules_.size()),
      ended_(rules_.size()),
      output_(options),
      page_(!options.html_file.empty()),
      files_(options) {
  for (std::size_t i = 0; i < rules_.size(); ++i) {
    lines_[i].line = rules_[i].line;
    lines_[i].rule = rules_[i].text;
  }
}

void AuditResults::take(std::size_t rule, const Trace& trace, const RunInfo& info,
                        const RunCounts& counts, int silent_before) {
  const Rule& held_to = rules_[rule].rule;
  const Judgement judgement = judge(held_to, trace, silent_before);
  lines_[rule].ports.push_back(
      {.port = trace.target.port,
       .outcome = judgement.outcome,
       .text = sentence(judgement, held_to, trace),
       .trace_json = options_.format == Format::json ? trace_object(trace, info, counts) : "",
       .started = trace.started,
       .took = trace.ended - trace.started});
}

void AuditResults::fail(std::size_t rule, const std::string& why) {
  could_not_ = could_not_ || !interrupted_();
  lines_[rule].failure = why;
}

void AuditResults::end(std::size_t rule) {
  ended_[rule] = true;
  for (; printed_ < lines_.size() && ended_[printed_]; ++printed_) {
    AuditedLine& line = lines_[printed_];
    std::sort(
        line.ports.begin(), line.ports.end(),
        [](const AuditedPort& one, const AuditedPort& other) { return one.port < other.port; });
    tally_.add(line.outcome());
    output_.print(line);
    for (AuditedPort& port : line.ports) port.trace_json = {};
  }
}

void AuditResults::describe(const RunInfo& info, const RunCounts& counts) {
  info_ = info;
  counts_ = counts;
}

int AuditResults::conclude(Outcome& outcome) {
  outcome.attempt([&] { output_.close(tally_); });
  outcome.attempt([&] { write_files(); });
  outcome.add(status());
  return outcome.conclude();
}

void AuditResults::write_files() {
  if (files_.junit != nullptr) {
    files_.junit->write(junit_xml(input_name(options_.audit_file), lines_));
  }
  if (files_.page == nullptr) return;
  page_.diagnose(PageTraces::Missing::of_controls);
  RunInfo info = info_;
  info.target_name.clear();
  info.target_addresses.clear();
  Page page = page_for(options_, info);
  page.policy = input_name(options_.audit_file);
  for (const AuditedLine& line : lines_) {
    page.audit.push_back(
        {.line = line.line, .rule = line.rule, .outcome = line.outcome(), .text = line.text()});
  }
  page.counts = counts_;
  page.interrupted = interrupted_();
  page_.hand_on(page, false);
  files_.page->write(std::move(page), NoNames());
}

int AuditResults::status() const {
  int status = tally_.unknown > 0 ? undecided_status : 0;
  if (could_not_) status = graver(status, failed_status);
  if (tally_.fail > 0) status = graver(status, unexpected_status);
  if (interrupted_()) status = graver(status, interrupted_status);
  return status;
}

}  // namespace tracetcp::cli
