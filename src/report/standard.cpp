#include "report/next_step.hpp"
#include "report/silent_tail.hpp"
#include "report/text.hpp"

#include <tracetcp/diagnose.hpp>
#include <tracetcp/sentences.hpp>

#include <fmt/core.h>

#include <span>

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
    text += addresses_line(info_, trace.target.address);
    text += method_line(info_);
  }

  void add_hop(std::string& text, const Trace& trace, const Hop& hop) const override {
    if (trace.paths) return add_path_rows(text, "", trace, hop.ttl, info_, names_);
    if (!is_silent(hop)) {
      add_rows(text, trace, held_before(trace, hop.ttl.value));
    } else if (is_held(trace, hop)) {
      return;
    }
    add_hop_row(text, "", trace, hop, info_, names_);
  }

  void add_answer(std::string& text, const Trace& trace) const override {
    if (trace.paths) return add_path_reset_row(text, "", trace, info_, names_);
    add_tail(text, trace);
    if (!has_verdict_row(trace)) return;
    add_answer_row(text, trace, info_,
                   {.reached = "Destination Reached in ",
                    .open = ". Connection established to ",
                    .closed = ". Port closed on "});
  }

  void add_end(std::string& text, const Trace& trace, const RunCounts& counts) const override {
    add_translation_line(text, "", trace);
    add_notice_lines(text, "", trace);
    add_stray_lines(text, "", trace);
    add_path_sentences(text, "", trace, info_, names_);
    const Finding* deciding = deciding_finding(trace);
    const auto lines = finding_lines(trace, deciding, names_);
    for (const std::string& line : lines) text += line + '\n';
    // An answer of the target that nothing was found about says it all.
    if (!has_verdict_row(trace) || deciding != nullptr || (!lines.empty() && !trace.paths)) {
      text += sentence(trace, names_) + '\n';
    }
    text += next_step(trace, info_);
    add_loss_line(text, "", counts.link);
    add_last_line(text, "", trace);
  }

 private:
  void add_rows(std::string& text, const Trace& trace, std::span<const Hop> hops) const {
    for (const Hop& hop : hops) add_hop_row(text, "", trace, hop, info_, names_);
  }

  /// The silent hops at the end that were held back: all, where an answer follows or the trace was
  /// cut short.
  void add_tail(std::string& text, const Trace& trace) const {
    const auto path = trace.path();
    if (path.empty()) return;
    const bool answer_was_told = has_verdict_row(trace) && trace.verdict.ttl == path.back().ttl;
    const auto held =
        answer_was_told ? std::span<const Hop>{} : held_before(trace, path.back().ttl.value + 1);
    if (held.empty()) return;
    if (has_verdict_row(trace) || trace.cut_short()) {
      add_rows(text, trace, held);
    } else {
      text += fmt::format("{} ... continues until maximum number of hops reached.\n",
                          held.front().ttl.value);
    }
  }

  RunInfo info_;
  const Names& names_;
};

}  // namespace

std::unique_ptr<Report> standard_report(const RunInfo& info, const Names& names) {
  return std::make_unique<StandardReport>(info, names);
}

}  // namespace tracetcp
