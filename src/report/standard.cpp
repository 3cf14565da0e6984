#include "report/text.hpp"

#include <fmt/core.h>

#include <algorithm>

namespace tracetcp {

namespace {

class StandardReport final : public Report {
 public:
  StandardReport(RunInfo info, const Names& names) : info_(std::move(info)), names_(names) {}

  void add_begin(std::string& text, const Trace& trace) const override {
    text += info_.all_paths ? "\nTracing all paths to " : "\nTracing route to ";
    append_to(text, trace.target.address);
    const std::string name = info_.target_name.empty() ? name_text(trace.target.address, names_)
                                                       : fmt::format("[{}]", info_.target_name);
    if (!name.empty()) text += ' ' + name;
    text += fmt::format(" on port {}\nOver a maximum of {} hops.\n", trace.target.port.value,
                        info_.max_hops);
    text += method_line(info_);
  }

  void add_hop(std::string& text, const Trace& trace, const Hop& hop) const override {
    add_hop_row(text, "", trace, hop, info_, names_);
  }

  void add_end(std::string& text, const Trace& trace, const RunCounts& counts) const override {
    add_path_rows(text, "", trace, info_, names_);
    add_translation_line(text, "", trace);
    add_notice_lines(text, "", trace);
    add_stray_lines(text, "", trace);
    if (!trace.paths || !has_verdict_row(trace)) add_conclusion(text, trace);  // else it is a row
    add_path_sentences(text, "", trace, info_, names_);
    add_finding_rows(text, "", trace);
    add_loss_line(text, "", counts.link);
    add_last_line(text, "", trace);
  }

 private:
  /// A router asks for a host three times by ARP, a second each, before it says that it is
  /// unreachable (RFC 4861, section 10, has the same numbers). Nobody was waited for so long.
  [[nodiscard]] bool may_be_down(const Trace& trace) const {
    using namespace std::chrono_literals;
    constexpr Duration asks_for = 3s;
    const bool is_live =
        info_.method == "raw" || info_.method == "link" || info_.method == "connect";
    if (!is_live || trace.verdict.state != State::silent || !trace.verdict.ttl) return false;
    if (!trace.diagnosis.findings.empty() || trace.paths) return false;
    TimePoint first = trace.ended;
    for (const Hop& hop : trace.hops) {
      if (hop.ttl <= *trace.verdict.ttl) continue;
      for (const ProbeRecord& probe : hop.probes) first = std::min(first, probe.sent);
    }
    return trace.ended - first < asks_for;
  }

  void add_conclusion(std::string& text, const Trace& trace) const {
    const Verdict& verdict = trace.verdict;
    const Address from = verdict.from.value_or(trace.target.address);
    if (!has_verdict_row(trace)) {
      text += sentence(trace);
      if (may_be_down(trace))
        text += " (A router reports after 3 s that a host is down: try --patient.)";
    } else if (verdict.state == State::rejected) {
      text += rejection_row(trace, from);
    } else {
      text += verdict_ttl(trace);
      text += "\tDestination Reached in ";
      add_rtt(text, verdict.rtt, info_);
      text += verdict.state == State::open ? ". Connection established to " : ". Port closed on ";
      append_to(text, from);
    }
    text += '\n';
  }

  RunInfo info_;
  const Names& names_;
};

}  // namespace

std::unique_ptr<Report> standard_report(const RunInfo& info, const Names& names) {
  return std::make_unique<StandardReport>(info, names);
}

}  // namespace tracetcp
