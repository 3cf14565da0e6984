#include "report/text.hpp"

#include <fmt/format.h>

namespace tracetcp {

namespace {

class StandardReport final : public Report {
 public:
  StandardReport(RunInfo info, const Names& names) : info_(std::move(info)), names_(names) {}

  std::string begin(const Trace& trace) const override {
    const Address address = trace.target.address;
    std::string name = info_.target_name.empty() ? name_text(address, names_)
                                                 : fmt::format("[{}]", info_.target_name);
    if (!name.empty()) name.insert(0, 1, ' ');
    return fmt::format("\nTracing {} to {}{} on port {}\nOver a maximum of {} hops.\n{}",
                       info_.all_paths ? "all paths" : "route", address.text(), name,
                       trace.target.port.value, info_.max_hops, method_line(info_));
  }

  std::string hop(const Trace& trace, const Hop& hop) const override {
    std::string row = hop_row(trace, hop, info_, names_);
    if (!row.empty()) row += '\n';
    return row;
  }

  std::string end(const Trace& trace, const RunCounts& counts) const override {
    return path_rows(trace, info_, names_, "") + notice_lines(trace, "") + conclusion(trace) +
           path_sentences(trace, info_, names_, "") + finding_rows(trace, "") +
           loss_line(counts.link, "") +
           (trace.interrupted ? "Trace interrupted.\n" : "Trace Complete.\n");
  }

 private:
  [[nodiscard]] std::string conclusion(const Trace& trace) const {
    const Verdict& verdict = trace.verdict;
    if (!has_verdict_row(trace)) return sentence(trace) + '\n';
    if (trace.paths) return "";  // one of its rows
    const Address from = verdict.from.value_or(trace.target.address);
    if (verdict.state == State::rejected) return rejection_row(verdict, from) + '\n';
    return fmt::format(
        "{}\tDestination Reached in {}. {} {}\n", verdict_ttl(verdict),
        rtt_text(verdict.rtt, info_),
        verdict.state == State::open ? "Connection established to" : "Port closed on", from.text());
  }

  RunInfo info_;
  const Names& names_;
};

}  // namespace

std::unique_ptr<Report> standard_report(const RunInfo& info, const Names& names) {
  return std::make_unique<StandardReport>(info, names);
}

}  // namespace tracetcp
