#include "report/terminal/row.hpp"

#include <algorithm>
#include <iterator>
#include <utility>

namespace tracetcp::terminal {
namespace {

constexpr std::string_view digits = "0123456789";
constexpr std::size_t address_width = 16;  // the longest, and a blank
constexpr std::size_t least_name = 12;     // what is left for names at least
constexpr std::size_t gap = 2;             // before what is in no column

bool is_time(std::string_view cell) {
  if (cell == "*" || cell == "? ms") return true;
  return cell.ends_with(" ms") && cell.find_first_not_of("-.0123456789") == cell.size() - 3;
}

bool is_address(std::string_view cell) {
  return !cell.empty() && cell.find_first_not_of(".0123456789") == std::string_view::npos;
}

bool is_name(std::string_view cell) {
  return cell.starts_with('[') && !cell.starts_with("[MPLS: ");
}

bool is_network(std::string_view cell) {
  return cell.starts_with("AS") && cell.size() > 2 && digits.find(cell[2]) != digits.npos;
}

std::vector<std::string_view> cells_of(std::string_view line) {
  std::vector<std::string_view> cells;
  while (true) {
    const std::size_t tab = line.find('\t');
    cells.push_back(line.substr(0, tab));
    if (tab == std::string_view::npos) return cells;
    line.remove_prefix(tab + 1);
  }
}

/// Puts the lines of one row together.
class RowSetter {
 public:
  RowSetter(const Columns& columns, const RowMeaning& meaning)
      : columns_(columns), meaning_(meaning) {}

  void add_ttl(std::string_view ttl) { line_.add(ttl, Meaning::plain); }

  void add_times(const std::vector<std::string_view>& times) {
    const std::size_t most = columns_.most_times();
    for (std::size_t i = 0; i < times.size(); ++i) {
      if (i > 0 && i % most == 0) end_line();
      line_.pad_to(columns_.ttl + i % most * columns_.time);
      line_.add(times[i], i < meaning_.times.size() ? meaning_.times[i] : Meaning::plain);
    }
    indent_ = times.empty() ? columns_.ttl : columns_.begin_of_address();
  }

  /// `has_network`: it is to stand on the same line.
  void add_responder(const Row::Responder& responder, bool has_network) {
    if (line_.width() > indent_) end_line();
    line_.pad_to(indent_);
    line_.add(responder.address, Meaning::plain);
    if (responder.name.empty()) return;
    line_.pad_to(columns_.begin_of_name());
    const std::size_t end = has_network ? columns_.begin_of_network() - 1 : columns_.width;
    line_.add(cut_to(responder.name, end - line_.width()), Meaning::plain);
  }

  /// In its column, or after what reaches into that.
  void add_network(std::string_view network) {
    const std::size_t begin = columns_.begin_of_network();
    if (line_.width() < begin) {
      line_.pad_to(begin);
      line_.add(cut_to(network, columns_.width - begin), Meaning::plain);
    } else {
      add_remark(network, Meaning::plain);
    }
  }

  void add_remark(std::string_view text, Meaning meaning) {
    const bool is_first = line_.width() <= indent_;
    if (!is_first && line_.width() + gap + text.size() > columns_.width) end_line();
    line_.pad_to(line_.width() <= indent_ ? indent_ : line_.width() + gap);
    line_.add(text, meaning);
    auto parts = wrapped(line_, columns_.width, indent_);
    std::move(parts.begin(), parts.end() - 1, std::back_inserter(lines_));
    line_ = std::move(parts.back());
  }

  std::vector<Painted> lines() {
    end_line();
    return std::move(lines_);
  }

 private:
  void end_line() { lines_.push_back(std::exchange(line_, Painted())); }

  const Columns& columns_;
  const RowMeaning& meaning_;
  std::size_t indent_ = 0;  ///< of lines after the first
  std::vector<Painted> lines_;
  Painted line_;
};

}  // namespace

bool Row::is_row(std::string_view line) {
  const std::size_t tab = line.find('\t');
  return tab != std::string_view::npos && tab > 0 &&
         line.substr(0, tab).find_first_not_of("?0123456789") == std::string_view::npos;
}

Row::Row(std::string_view line) {
  const auto cells = cells_of(line);
  ttl = cells.front();
  for (std::size_t i = 1; i < cells.size(); ++i) {
    const std::string_view cell = cells[i];
    const bool is_at_times = responders.empty() && remarks.empty();
    if (is_at_times && is_time(cell)) {
      times.push_back(cell);
    } else if (is_address(cell)) {
      responders.push_back({.address = cell, .name = {}});
    } else if (is_name(cell) && !responders.empty() && responders.back().name.empty()) {
      responders.back().name = cell;
    } else if (is_network(cell) && i + 1 == cells.size()) {
      network = cell;
    } else {
      remarks.push_back(cell);
    }
  }
}

std::size_t Columns::most_times() const {
  const std::size_t others = ttl + address_width + least_name;
  return std::max<std::size_t>(1, width > others ? (width - others) / time : 0);
}

std::size_t Columns::begin_of_address() const {
  return ttl + std::min(times, most_times()) * time;
}

std::size_t Columns::begin_of_name() const {
  return begin_of_address() + address_width;
}

std::size_t Columns::begin_of_network() const {
  constexpr std::size_t most_for_name = 40;
  const std::size_t rest = width - begin_of_name();
  return begin_of_name() + std::min(most_for_name, rest * 5 / 9);
}

std::vector<Painted> in_columns(const Row& row, const Columns& columns, const RowMeaning& meaning) {
  RowSetter setter(columns, meaning);
  setter.add_ttl(row.ttl);
  setter.add_times(row.times);
  bool is_named = row.network.empty();
  for (const Row::Responder& responder : row.responders) {
    setter.add_responder(responder, !is_named);
    if (!std::exchange(is_named, true)) setter.add_network(row.network);
  }
  for (const std::string_view remark : row.remarks) setter.add_remark(remark, meaning.remarks);
  if (!is_named) setter.add_network(row.network);
  return setter.lines();
}

}  // namespace tracetcp::terminal
