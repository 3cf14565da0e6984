#include "report/terminal/ports_report.hpp"

#include "report/terminal/meaning.hpp"
#include "report/text.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <utility>

namespace tracetcp {
namespace {

using terminal::Meaning;
using terminal::Painted;

constexpr std::size_t gap = 2;  // between the ports and where they end

}  // namespace

PortsReport::PortsReport(RunInfo info, const Names& names, TerminalLook look, PortList ports)
    : info_(std::move(info)), names_(names), look_(std::move(look)), ports_(std::move(ports)) {}

void PortsReport::add_begin(std::string& text, const Trace& trace) const {
  if (std::exchange(begun_, true)) return;
  const std::string name = info_.target_name.empty() ? name_text(trace.target.address, names_)
                                                     : fmt::format("[{}]", info_.target_name);
  const std::string header = fmt::format(
      "\nTracing routes to {}{}{} on ports {}\nOver a maximum of {} hops.\n",
      trace.target.address.text(), name.empty() ? "" : " ", name, ports_.text(), info_.max_hops);
  add_terminal_sentences(
      text, header + addresses_line(info_, trace.target.address) + method_line(info_), look_);
}

void PortsReport::add_end(std::string&, const Trace& trace, const RunCounts& counts) const {
  fates_.add(trace);
  if (fates_.groups().size() > tones_.size()) tones_.push_back(tone_of(trace));
  ++ended_;
  losses_ = counts.link;
}

void PortsReport::add_group(std::string& text, std::size_t group, std::size_t column,
                            std::size_t width) const {
  const auto& ports = fates_.groups()[group].second;
  const auto left = terminal::wrapped({port_list(ports), Meaning::plain}, column - gap, 0);
  Painted end(fates_.text(group, names_), terminal::meaning_of(tones_[group]));
  const auto right = terminal::wrapped(end, width - column, gap);
  for (std::size_t i = 0; i < std::max(left.size(), right.size()); ++i) {
    Painted line;
    if (i < left.size()) line.add(left[i]);
    line.pad_to(column);
    if (i < right.size()) line.add(right[i]);
    text += line.rendered(look_.has_colours) + '\n';
  }
}

std::string PortsReport::close() const {
  constexpr std::size_t share = 3;  // of the width, at most, for ports
  std::size_t widest = 0;
  for (const auto& [fate, ports] : fates_.groups()) {
    widest = std::max(widest, port_list(ports).size());
  }
  const std::size_t width = look_.usable_width();
  const std::size_t column = std::min(widest, width / share) + gap;
  std::string text;
  for (std::size_t group = 0; group < fates_.groups().size(); ++group) {
    add_group(text, group, column, width);
  }
  std::string rest;
  if (ended_ < ports_.size()) {
    rest = fmt::format("{} of {} ports were not traced.\n", ports_.size() - ended_, ports_.size());
  }
  add_loss_line(rest, "", losses_);
  add_terminal_sentences(text, rest, look_);
  if (ended_ > 0) {
    const Painted hint("Each port's trace: --verbose, or -c for short lines.", Meaning::faint);
    for (const Painted& line : terminal::wrapped(hint, width, gap)) {
      text += line.rendered(look_.has_colours) + '\n';
    }
  }
  return text;
}

}  // namespace tracetcp
