#include "report/terminal/terminal_report.hpp"

#include "report/terminal/meaning.hpp"
#include "report/text.hpp"

#include <tracetcp/sentences.hpp>

#include <algorithm>
#include <cctype>
#include <chrono>
#include <optional>
#include <utility>

namespace tracetcp {
namespace {

using terminal::Columns;
using terminal::Meaning;
using terminal::meaning_of;
using terminal::Painted;
using terminal::Row;
using terminal::RowMeaning;

/// Calls `take` for each line, without its end.
template <class Take>
void each_line(std::string_view text, Take take) {
  while (!text.empty()) {
    const std::size_t end = text.find('\n');
    take(text.substr(0, end));
    if (end == std::string_view::npos) return;
    text.remove_prefix(end + 1);
  }
}

RunInfo finer(RunInfo info) {
  info.fine = true;
  return info;
}

std::vector<const ProbeRecord*> shown_probes(const Hop& hop) {
  std::vector<const ProbeRecord*> probes;
  for (const ProbeRecord& probe : hop.probes) {
    if (!probe.voided) probes.push_back(&probe);
  }
  return probes;
}

std::optional<Duration> least_time(const Hop& hop) {
  std::optional<Duration> least;
  for (const ProbeRecord* probe : shown_probes(hop)) {
    const Reply* answer = probe->answer();
    if (answer == nullptr || !answer->rtt) continue;
    least = least ? std::min(*least, *answer->rtt) : *answer->rtt;
  }
  return least;
}

/// From which time on a hop's answers are out of line: twice as long as its fastest and 10 ms more;
/// or all of them, where even that took 50 ms more than the fastest of the last hop before that
/// answered.
Duration slow_from(const Trace& trace, const Hop& hop) {
  using namespace std::chrono_literals;
  const auto least = least_time(hop);
  if (!least) return Duration::max();
  for (auto before = trace.hops.rbegin(); before != trace.hops.rend(); ++before) {
    const auto least_before = before->ttl < hop.ttl ? least_time(*before) : std::nullopt;
    if (!least_before) continue;
    if (*least >= *least_before + 50ms) return *least;
    break;
  }
  return 2 * *least + 10ms;
}

std::vector<Meaning> meanings_of_times(const Trace& trace, const Hop& hop) {
  const Duration slow = slow_from(trace, hop);
  const auto probes = shown_probes(hop);
  const bool is_silent = std::all_of(probes.begin(), probes.end(), [](const ProbeRecord* probe) {
    return probe->answer() == nullptr;
  });
  std::vector<Meaning> meanings;
  for (const ProbeRecord* probe : probes) {
    const Reply* answer = probe->answer();
    if (answer == nullptr) {
      meanings.push_back(is_silent ? Meaning::faint : Meaning::loss);
    } else {
      const bool is_slow = answer->rtt && *answer->rtt >= slow;
      meanings.push_back(is_slow ? Meaning::slow : Meaning::plain);
    }
  }
  return meanings;
}

RowMeaning meaning_of(const Trace& trace, const Row& row) {
  RowMeaning meaning;
  for (const Hop& hop : trace.hops) {
    if (trace.paths) break;  // rows are not of hops
    if (std::to_string(hop.ttl.value) == row.ttl) meaning.times = meanings_of_times(trace, hop);
  }
  if (row.responders.empty()) meaning.remarks = Meaning::faint;  // all is silent
  for (const std::string_view remark : row.remarks) {
    if (remark.find(" reports: ") != std::string_view::npos) meaning.remarks = Meaning::bad;
  }
  return meaning;
}

/// The length of "hop 5 (192.0.2.5)" or "hop 5" at this place, without "(likely)"; 0: something
/// else is there.
std::size_t length_of_place(std::string_view text) {
  if (!text.starts_with("hop ") && !text.starts_with("Hop ")) return 0;
  std::size_t end = 4;
  while (end < text.size() && std::isdigit(static_cast<unsigned char>(text[end])) != 0) ++end;
  if (end == 4) return 0;
  if (!text.substr(end).starts_with(" (")) return end;
  const std::size_t closing = text.find(')', end);
  if (closing == std::string_view::npos) return end;
  const bool has_address = text.substr(end, closing - end).find_first_of(".:") != text.npos;
  return has_address ? closing + 1 : end;
}

void mark_places(Painted& line) {
  const std::string text = line.text();
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (i > 0 && text[i - 1] != ' ' && text[i - 1] != '(') continue;
    const std::size_t length = length_of_place(std::string_view(text).substr(i));
    if (length != 0) line.mark(i, length, Meaning::place);
  }
}

bool is_warning(std::string_view line) {
  return line.starts_with("Warning: ") || line.starts_with("Trace interrupted") ||
         line.starts_with("Trace ended by an error");
}

void add_painted(std::string& text, const std::vector<Painted>& lines, const TerminalLook& look) {
  for (const Painted& line : lines) {
    text += line.rendered(look.has_colours);
    text += '\n';
  }
}

/// The first `size` characters have a meaning.
void add_sentence(std::string& text, std::string_view line, Meaning meaning, std::size_t size,
                  const TerminalLook& look) {
  constexpr std::size_t indent = 2;
  Painted sentence(line, Meaning::plain);
  sentence.mark(0, size, meaning);
  if (meaning != Meaning::faint) mark_places(sentence);
  add_painted(text, terminal::wrapped(sentence, look.usable_width(), indent), look);
}

}  // namespace

void add_terminal_sentences(std::string& text, std::string_view lines, const TerminalLook& look) {
  each_line(lines, [&](std::string_view line) {
    add_sentence(text, line, is_warning(line) ? Meaning::warning : Meaning::plain, line.size(),
                 look);
  });
}

TerminalReport::TerminalReport(const RunInfo& info, const Names& names, TerminalLook look)
    : info_(finer(info)),
      names_(names),
      plain_(standard_report(info_, names)),
      look_(std::move(look)) {}

Columns TerminalReport::columns_for(const Trace& trace) const {
  constexpr std::size_t wide = 100;  // then columns are where tabs would put them
  auto probes = static_cast<std::size_t>(info_.probes_per_hop);
  if (probes == 0) {
    for (const Hop& hop : trace.hops) probes = std::max(probes, shown_probes(hop).size());
  }
  const std::size_t width = look_.usable_width();
  return {.width = width,
          .ttl = width < wide ? 4U : 8U,
          .time = info_.precise ? 12U : 8U,
          .times = probes};
}

void TerminalReport::add_lines(std::string& text, const std::vector<Painted>& lines) const {
  for (const Painted& line : lines) {
    text += line.rendered(look_.has_colours);
    text += '\n';
  }
}

void TerminalReport::add_begin(std::string& text, const Trace& trace) const {
  add_terminal_sentences(text, plain_->begin(trace), look_);
}

void TerminalReport::add_open_hop(std::string& text, const Trace& trace, const Hop& hop,
                                  bool is_settled) const {
  std::string line;
  add_hop_row(line, "", trace, hop, info_, names_);
  if (line.empty()) return;
  line.pop_back();  // the line feed
  Row row(line);
  RowMeaning meaning = meaning_of(trace, row);
  for (std::size_t i = 0; i < row.times.size() && !is_settled; ++i) {
    if (row.times[i] != "*") continue;
    row.times[i] = ".";
    if (i < meaning.times.size()) meaning.times[i] = Meaning::faint;
  }
  if (row.responders.empty() && !is_settled) row.remarks.clear();  // it has not timed out yet
  add_lines(text, in_columns(row, columns_for(trace), meaning));
}

std::string TerminalReport::passing(std::string_view sentence) const {
  return Painted(terminal::cut_to(sentence, look_.usable_width() - 1), Meaning::faint)
      .rendered(look_.has_colours);
}

/// "170 ms 171 ms *": of what was sent with the TTL at which the path ended; empty: only the time
/// that its row names anyhow.
std::string TerminalReport::times_of_end(const Trace& trace) const {
  std::vector<const ProbeRecord*> probes;
  for (const Hop& hop : trace.hops) {
    if (hop.ttl == *trace.verdict.ttl) probes = shown_probes(hop);
  }
  for (const ProbeRecord& check : trace.checks) {
    if (check.ttl == *trace.verdict.ttl && check.answer() != nullptr) probes.push_back(&check);
  }
  if (probes.size() < 2) return "";
  std::string times;
  for (const ProbeRecord* probe : probes) {
    if (!times.empty()) times += ' ';
    if (probe->answer() == nullptr) {
      times += '*';
    } else {
      add_rtt(times, probe->answer()->rtt, info_);
    }
  }
  return times;
}

std::vector<Painted> TerminalReport::end_row(const Trace& trace, std::string_view line) const {
  Row row(line);
  const std::string times = times_of_end(trace);
  if (!times.empty()) row.remarks.push_back(times);
  return in_columns(row, columns_for(trace), {.times = {}, .remarks = meaning_of(tone_of(trace))});
}

void TerminalReport::add_rows(std::string& text, const Trace& trace, std::string_view lines) const {
  const std::string end_ttl =
      has_verdict_row(trace) && trace.verdict.ttl && !trace.paths ? verdict_ttl(trace) : "";
  each_line(lines, [&](std::string_view line) {
    if (!Row::is_row(line)) {
      add_sentence(text, line, Meaning::faint, line.size(), look_);
      return;
    }
    const Row row(line);
    const bool is_end = row.ttl == end_ttl && row.times.empty();
    add_lines(text, is_end ? end_row(trace, line)
                           : in_columns(row, columns_for(trace), meaning_of(trace, row)));
  });
}

void TerminalReport::add_hop(std::string& text, const Trace& trace, const Hop& hop) const {
  add_rows(text, trace, plain_->hop(trace, hop));
}

void TerminalReport::add_answer(std::string& text, const Trace& trace) const {
  add_rows(text, trace, plain_->answer(trace));
}

void TerminalReport::add_end(std::string& text, const Trace& trace, const RunCounts& counts) const {
  const std::string verdict = sentence(trace, names_);
  each_line(plain_->rest(trace, counts), [&](std::string_view line) {
    if (line.starts_with(verdict)) {
      add_sentence(text, line, meaning_of(tone_of(trace)), verdict.size(), look_);
    } else {
      add_terminal_sentences(text, line, look_);
    }
  });
}

}  // namespace tracetcp
