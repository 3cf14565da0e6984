#include "cli/targets_output.hpp"

#include "cli/responders.hpp"
#include "cli/run_info.hpp"
#include "cli/status.hpp"
#include "platform/output.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <utility>

namespace tracetcp::cli {

TargetsOutput::TargetsOutput(Parts parts)
    : parts_(std::move(parts)),
      look_(look_for(parts_.options)),
      page_(!parts_.options.html_file.empty()),
      expectation_(parts_.options.expected),
      progress_(write_error) {}

void TargetsOutput::write(const std::string& text) {
  progress_.clear();
  write_out(text);
}

void TargetsOutput::tell(const std::string& text) {
  progress_.clear();
  write_error(text);
}

void TargetsOutput::failed(std::size_t order, std::size_t line, const std::string& why) {
  could_not_ = true;
  tell(fmt::format("tracetcp: {}, line {}: {}\n", parts_.origin, line, why));
  skip(order);
}

void TargetsOutput::repeated(std::size_t order, std::size_t line, const std::string& host) {
  if (parts_.options.verbose) {
    tell(fmt::format("{}, line {}: a line before names all ports of {}\n", parts_.origin, line,
                     host));
  }
  skip(order);
}

void TargetsOutput::skip(std::size_t order) {
  ++done_;
  shown_[order];
  print_ready();
}

RunInfo TargetsOutput::common_info() const {
  return info_of(parts_.opened, parts_.options, parts_.networks);
}

void TargetsOutput::begun(const std::shared_ptr<const TracedLine>& line) {
  Shown& shown = shown_[line->order];
  shown.line = line;
  shown.info = common_info();
  RunInfo& info = shown.info;
  add_target(info, line->host, line->addresses);
  add_way(info, line->way);
  info.line = line->line;
  if (parts_.opened.names_for) {
    shown.own_names = parts_.opened.names_for({line->address, line->ports.front()});
  }
  shown.report = report_for(parts_.options, info, names_of(shown), look_);
}

const Names& TargetsOutput::names_of(const Shown& shown) const {
  return shown.own_names != nullptr ? *shown.own_names : *parts_.opened.session.names;
}

void TargetsOutput::control_ended(const TracedLine& line, const Trace& control) {
  page_.take_control(control, {line.way.source, parts_.opened.session.source_ports.first});
}

void TargetsOutput::ended(const TracedLine& line, std::size_t place, Trace& trace,
                          int /*silent_before*/) {
  const Shown& shown = shown_.at(line.order);
  could_not_ = could_not_ || trace.verdict.state == State::unknown;
  expectation_.take(trace.target, trace.verdict, trace.diagnosis, &trace);
  page_.take(trace, shown.info.source);
  std::vector<Address> unknown = responders(trace);
  if (shown.info.target_name.empty()) unknown.push_back(trace.target.address);
  std::sort(unknown.begin(), unknown.end());
  unknown.erase(std::unique(unknown.begin(), unknown.end()), unknown.end());
  for (const Address address : unknown) parts_.opened.session.names->ask(address);
  waiting_.push_back({.order = line.order,
                      .place = place,
                      .trace = std::move(trace),
                      .unknown = std::move(unknown),
                      .due = now_ + patience_for_names});
}

TimePoint TargetsOutput::tick(TimePoint now) {
  now_ = now;
  bool any = false;
  while (!waiting_.empty() && is_ready(waiting_.front())) {
    put(waiting_.front());
    waiting_.pop_front();
    any = true;
  }
  if (any) print_ready();
  if (!started_) started_ = now;
  if (parts_.has_progress) {
    progress_.show([this] { return lines_text(done_, parts_.lines); }, *started_, now);
  }
  return waiting_.empty() ? never : waiting_.front().due;
}

bool TargetsOutput::is_ready(Waiting& waiting) const {
  const Names& names = names_of(shown_.at(waiting.order));
  std::erase_if(waiting.unknown, [&](Address address) { return names.of(address).has_value(); });
  return waiting.unknown.empty() || now_ >= waiting.due;
}

void TargetsOutput::put(Waiting& waiting) {
  const Options& options = parts_.options;
  Shown& shown = shown_.at(waiting.order);
  Piece& piece = shown.pieces[waiting.place];
  Trace& trace = waiting.trace;
  if (++shown.ended == shown.line->ports.size()) ++done_;
  if (options.verbose) tell(details(trace));
  if (options.only_open && trace.verdict.state != State::open) return;
  if (is_matrix()) {
    piece.row = std::move(trace);
    return;
  }
  const Report& report = *shown.report;
  report.add_begin(piece.text, trace);
  for (const Hop& hop : trace.path()) report.add_hop(piece.text, trace, hop);
  report.add_answer(piece.text, trace);
  report.add_end(piece.text, trace, parts_.counts());
  if (!is_json()) return;
  write(piece.text);
  shown.pieces.erase(waiting.place);
  if (shown.ended == shown.line->ports.size()) shown_.erase(waiting.order);
}

/// In the order of the list, as far as it is there.
void TargetsOutput::print_ready() {
  if (is_json()) return;
  for (auto first = shown_.begin(); first != shown_.end() && first->first == next_;
       first = shown_.begin()) {
    Shown& shown = first->second;
    if (shown.line != nullptr) {
      print(shown);
      if (shown.printed < shown.line->ports.size()) return;
      close(shown);
    }
    shown_.erase(first);
    ++next_;
  }
}

void TargetsOutput::print(Shown& shown) {
  std::string text;
  for (auto one = shown.pieces.begin(); one != shown.pieces.end() && one->first == shown.printed;
       one = shown.pieces.begin()) {
    Piece& piece = one->second;
    if (piece.row) {
      if (shown.printed == 0 && has_printed_) text += '\n';
      shown.report->add_begin(text, *piece.row);
      shown.report->add_end(text, *piece.row, parts_.counts());
      shown.findings.add(piece.row->target.port, piece.row->diagnosis);
    } else {
      text += piece.text;
    }
    shown.pieces.erase(one);
    ++shown.printed;
  }
  if (text.empty()) return;
  has_printed_ = true;
  write(text);
}

void TargetsOutput::close(Shown& shown) {
  if (!is_matrix()) return;
  std::string text = shown.report->close();
  for (const std::string& line : shown.findings.lines()) text += line + '\n';
  write(text);
}

void TargetsOutput::finish() {
  progress_.clear();
  for (Waiting& waiting : waiting_) put(waiting);
  waiting_.clear();
  print_ready();
  if (is_json()) return;
  for (auto& [order, shown] : shown_) {
    if (shown.line == nullptr) continue;
    while (!shown.pieces.empty()) {
      shown.printed = shown.pieces.begin()->first;
      print(shown);
    }
    if (shown.printed > 0) close(shown);
  }
  shown_.clear();
}

int TargetsOutput::status() const {
  int status = could_not_ ? failed_status : 0;
  if (expectation_.holds()) return status;
  write_error("tracetcp: " + expectation_.text() + '\n');  // the progress line is gone by then
  return graver(status, unexpected_status);
}

}  // namespace tracetcp::cli
