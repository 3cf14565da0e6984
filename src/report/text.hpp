#pragma once

#include <tracetcp/report.hpp>

#include <optional>
#include <string>

namespace tracetcp {

// What the reports in text have in common. Columns are separated by single tabs; no line ends in a
// tab or blank.

/// "170 ms", with info.precise "170.042 ms", and "? ms" where it is unknown.
std::string rtt_text(std::optional<Duration> rtt, const RunInfo& info);

/// "Method connect: ..." with what it can't know or keep; empty where there is nothing to say.
std::string method_line(const RunInfo& info);

/// "[wintermute]"; empty where the name is unknown so far.
std::string name_text(Address address, const Names& names);

/// The verdict is an answer from the path's end, told of in a row of its own.
bool has_verdict_row(const Trace& trace);

/// A hop's row without its line end; empty where the row of the verdict takes its place, and where
/// nothing was asked that could be shown.
std::string hop_row(const Trace& trace, const Hop& hop, const RunInfo& info, const Names& names);

/// "7<TAB>192.0.2.1 reports: host unreachable", for a rejection.
std::string rejection_row(const Verdict& verdict, Address from);

/// The TTL of the verdict, "?" where it is unknown.
std::string verdict_ttl(const Verdict& verdict);

/// With Trace::paths: a row for each node, with the line ends, and what they amount to in
/// sentences. Each line begins with `prefix`. Empty without.
std::string path_rows(const Trace& trace, const RunInfo& info, const Names& names,
                      const std::string& prefix);
std::string path_sentences(const Trace& trace, const RunInfo& info, const Names& names,
                           const std::string& prefix);

/// One line per finding that the rows do not show, each begins with `prefix`.
std::string finding_rows(const Trace& trace, const std::string& prefix);

/// One line per notice, then the captured packets that were lost; each begins with `prefix`.
std::string notice_lines(const Trace& trace, const std::string& prefix);
std::string loss_line(const LinkStats& stats, const std::string& prefix);

}  // namespace tracetcp
