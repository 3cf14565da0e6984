#include "report/text.hpp"

#include <fmt/format.h>

namespace tracetcp {

namespace {

/// Every line stands for itself: it begins with the target and its port.
class CondensedReport final : public Report {
 public:
  CondensedReport(RunInfo info, const Names& names) : info_(std::move(info)), names_(names) {}

  std::string begin(const Trace&) const override { return ""; }

  std::string hop(const Trace& trace, const Hop& hop) const override {
    const std::string row = hop_row(trace, hop, info_, names_);
    return row.empty() ? "" : prefix(trace) + row + '\n';
  }

  std::string end(const Trace& trace, const RunCounts& counts) const override {
    std::string text = path_rows(trace, info_, names_, prefix(trace));
    text += notice_lines(trace, prefix(trace));
    if (has_verdict_row(trace) && !trace.paths) text += prefix(trace) + verdict_row(trace) + '\n';
    text += path_sentences(trace, info_, names_, prefix(trace));
    text += finding_rows(trace, prefix(trace));
    text += loss_line(counts.link, prefix(trace));
    if (trace.interrupted) text += prefix(trace) + "Trace interrupted.\n";
    // Traces of several hops are set apart; a port scan stays one block.
    if (info_.max_hops > 1) text += '\n';
    return text;
  }

 private:
  static std::string prefix(const Trace& trace) {
    return fmt::format("[{}:{}]  ", trace.target.address.text(), trace.target.port.value);
  }

  [[nodiscard]] std::string verdict_row(const Trace& trace) const {
    const Verdict& verdict = trace.verdict;
    const Address from = verdict.from.value_or(trace.target.address);
    if (verdict.state == State::rejected) return rejection_row(verdict, from);
    return fmt::format("{}\tDest. in {}. Port {} on {}", verdict_ttl(verdict),
                       rtt_text(verdict.rtt, info_),
                       verdict.state == State::open ? "OPEN" : "CLOSED", from.text());
  }

  RunInfo info_;
  const Names& names_;
};

}  // namespace

std::unique_ptr<Report> condensed_report(const RunInfo& info, const Names& names) {
  return std::make_unique<CondensedReport>(info, names);
}

}  // namespace tracetcp
