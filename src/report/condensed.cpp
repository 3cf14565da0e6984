#include "report/text.hpp"

#include <tracetcp/diagnose.hpp>
#include <tracetcp/sentences.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <string_view>

namespace tracetcp {

namespace {

/// Every line stands for itself: it begins with the target and its port.
class CondensedReport final : public Report {
 public:
  CondensedReport(RunInfo info, const Names& names) : info_(std::move(info)), names_(names) {}

  void add_begin(std::string&, const Trace&) const override {}

  void add_hop(std::string& text, const Trace& trace, const Hop& hop) const override {
    const Prefix prefix(trace);
    if (trace.paths) {
      add_path_rows(text, prefix.text(), trace, hop.ttl, info_, names_);
    } else {
      add_hop_row(text, prefix.text(), trace, hop, info_, names_);
    }
  }

  void add_answer(std::string& text, const Trace& trace) const override {
    const Prefix prefix(trace);
    if (trace.paths) return add_path_reset_row(text, prefix.text(), trace, info_, names_);
    if (!has_verdict_row(trace)) return;
    text += prefix.text();
    add_answer_row(
        text, trace, info_,
        {.reached = "Dest. in ", .open = ". Port OPEN on ", .closed = ". Port CLOSED on "});
  }

  void add_end(std::string& text, const Trace& trace, const RunCounts& counts) const override {
    const Prefix made(trace);
    const std::string_view prefix = made.text();
    if (info_.max_hops > 1)
      add_translation_line(text, prefix, trace);  // else of every port scanned
    add_notice_lines(text, prefix, trace);
    add_stray_lines(text, prefix, trace);
    if (trace.verdict.state == State::unknown) {
      text += prefix;
      text += sentence(trace);
      text += '\n';
    }
    add_path_sentences(text, prefix, trace, info_, names_);
    for (const std::string& line : finding_lines(trace)) {
      text += prefix;
      text += line;
      text += '\n';
    }
    add_loss_line(text, prefix, counts.link);
    if (trace.cut_short()) add_last_line(text, prefix, trace);
    // Traces of several hops are set apart; a port scan stays one block.
    if (info_.max_hops > 1) text += '\n';
  }

 private:
  class Prefix {
   public:
    explicit Prefix(const Trace& trace) {
      add("[");
      add(tracetcp::text(trace.target));
      add("]  ");
    }

    [[nodiscard]] std::string_view text() const { return {buffer_.data(), end_}; }

   private:
    void add(std::string_view part) { end_ = std::copy(part.begin(), part.end(), end_); }

    std::array<char, sizeof "[[]:65535]  " + Address::longest_text> buffer_{};
    char* end_ = buffer_.data();
  };

  RunInfo info_;
  const Names& names_;
};

}  // namespace

std::unique_ptr<Report> condensed_report(const RunInfo& info, const Names& names) {
  return std::make_unique<CondensedReport>(info, names);
}

}  // namespace tracetcp
