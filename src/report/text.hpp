#pragma once

#include <tracetcp/report.hpp>
#include <tracetcp/sentences.hpp>

#include <optional>
#include <string>
#include <string_view>

namespace tracetcp {

// What the reports in text have in common. Columns are separated by single tabs; no line ends in a
// tab or blank.

// What is many times in a report is added to its text, the rest is returned.

/// "170 ms", with info.precise "170.042 ms", and "? ms" where it is unknown.
void add_rtt(std::string& text, std::optional<Duration> rtt, const RunInfo& info);

/// "Method connect: ..." with what it can't know or keep; empty where there is nothing to say.
std::string method_line(const RunInfo& info);

/// "NAME has 3 addresses: ADDR (traced), ADDR, ADDR." of the first eight; empty where it has one.
std::string addresses_line(const RunInfo& info, Address traced);

/// "[wintermute]"; empty where the name is unknown so far.
std::string name_text(Address address, const Names& names);

/// The verdict is an answer from the path's end, shown in a row of its own.
bool has_verdict_row(const Trace& trace);

/// A hop's row that begins with `prefix`; nothing where the row of the verdict takes its place, and
/// where nothing was asked that could be shown.
void add_hop_row(std::string& text, std::string_view prefix, const Trace& trace, const Hop& hop,
                 const RunInfo& info, const Names& names);

/// How a report says that the target answered; a time stands before `open` and `closed`, the
/// address behind them.
struct AnswerWords {
  std::string_view reached;
  std::string_view open;
  std::string_view closed;
};

/// Where has_verdict_row(): the row of the answer, such as "7<TAB>192.0.2.1 reports: host
/// unreachable", with the line end.
void add_answer_row(std::string& text, const Trace& trace, const RunInfo& info,
                    const AnswerWords& words);

/// That of verdict_hop(), "?" where it is unknown.
std::string verdict_ttl(const Trace& trace);

/// The RST that ends the first flow of Trace::paths, if one does.
void add_path_reset_row(std::string& text, std::string_view prefix, const Trace& trace,
                        const RunInfo& info, const Names& names);

/// A row for each node of Trace::paths with that TTL, with the line ends. Each begins with
/// `prefix`.
void add_path_rows(std::string& text, std::string_view prefix, const Trace& trace, Ttl ttl,
                   const RunInfo& info, const Names& names);
/// What Trace::paths amount to, a sentence a line. Each begins with `prefix`. Nothing without.
void add_path_sentences(std::string& text, std::string_view prefix, const Trace& trace,
                        const RunInfo& info, const Names& names);

/// What the NAT of this machine makes of our SYNs, in one line.
void add_translation_line(std::string& text, std::string_view prefix, const Trace& trace);

/// What a router reports beside its answers, e.g. "192.0.2.1 reports: redirect for the host, to
/// 192.0.2.254 (14 times)".
std::string notice_text(const Notice& notice);

/// What came by the hundred and means nothing: duplicates, and what answers none of our SYNs. Each
/// line begins with `prefix`; so it is below.
void add_stray_lines(std::string& text, std::string_view prefix, const Trace& trace);

/// One line per notice.
void add_notice_lines(std::string& text, std::string_view prefix, const Trace& trace);

/// The line that ends every trace: whether it is complete, and else why not.
void add_last_line(std::string& text, std::string_view prefix, const Trace& trace);

/// How many packets the capture lost.
void add_loss_line(std::string& text, std::string_view prefix, const LinkStats& stats);

}  // namespace tracetcp
