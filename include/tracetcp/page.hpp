#pragma once

#include <tracetcp/audit.hpp>
#include <tracetcp/names.hpp>
#include <tracetcp/report.hpp>
#include <tracetcp/summary.hpp>
#include <tracetcp/trace.hpp>

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace tracetcp {

/// One trace on a page. Its diagnosis must be there.
struct PageTrace {
  Trace trace;
  Endpoint source;          ///< port 0: each probe has one of its own
  bool is_control = false;  ///< traced only to compare with
};

/// A line of a policy on a page.
struct AuditRow {
  std::size_t line = 0;
  std::string rule;
  RuleOutcome outcome = RuleOutcome::unknown;
  std::string text;  ///< where and why
};

/// All that a page shows. Plain data: html_page() is a pure function of it.
struct Page {
  RunInfo run;  ///< its source is that of a live run; of a capture each trace has its own
  /// Of a run over both families that over IPv6, where `run` is that over IPv4.
  std::optional<RunInfo> ipv6_run;
  std::vector<std::string> over_both;  ///< how their ends differ, a sentence for each port
  std::string version;
  std::string command;  ///< as it was typed, quoted for a shell
  std::string seed;     ///< empty: a capture
  std::string capture;  ///< the file that was read; empty: a live run
  std::string policy;   ///< the file whose rules the network was held to; empty: none
  std::vector<AuditRow> audit;
  std::vector<PageTrace> traces;
  /// Traces that were not kept, beside `traces`.
  std::uint64_t more_traces = 0;
  /// Of a live run: what became of ports, and which ports those are, also of traces not kept.
  std::vector<std::pair<std::string, std::vector<std::uint16_t>>> fates;
  std::vector<Summary> summaries;
  RunCounts counts;
  bool interrupted = false;
  std::string recording;       ///< bytes of a savefile, offered as a download; empty: none
  std::string recording_name;  ///< of the file that it is saved as
};

/// How many traces a page keeps at most; further ones are only counted.
inline constexpr std::size_t most_page_traces = 1000;

/// A recording that is larger, in bytes, is not for a page.
inline constexpr std::size_t most_page_recording = 150'000;

/// The whole report as one HTML document, in UTF-8. It asks for nothing from anywhere, has no
/// script, and its size is bounded: of many traces the probes of a few are shown. Every evidence
/// that names a probe on the page is a link to it.
std::string html_page(const Page& page, const Names& names);

}  // namespace tracetcp
