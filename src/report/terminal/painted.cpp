#include "report/terminal/painted.hpp"

#include <algorithm>

namespace tracetcp::terminal {
namespace {

/// The basic colours, which every terminal has and its user chose to be readable
/// (ECMA-48, 8.3.117).
std::string_view sequence_of(Meaning meaning) {
  switch (meaning) {
    case Meaning::plain:
      return "";
    case Meaning::good:
      return "\x1b[32m";
    case Meaning::bad:
      return "\x1b[31m";
    case Meaning::warning:
    case Meaning::slow:
      return "\x1b[33m";
    case Meaning::place:
      return "\x1b[1m";
    case Meaning::loss:
      return "\x1b[35m";
    case Meaning::faint:
      return "\x1b[2m";
  }
  return "";
}

constexpr std::string_view reset = "\x1b[0m";

}  // namespace

void Painted::add(std::string_view text, Meaning meaning) {
  text_ += text;
  meanings_.resize(text_.size(), meaning);
}

void Painted::add(const Painted& other) {
  text_ += other.text_;
  meanings_.insert(meanings_.end(), other.meanings_.begin(), other.meanings_.end());
}

void Painted::pad_to(std::size_t column) {
  if (width() < column) add(std::string(column - width(), ' '), Meaning::plain);
}

void Painted::mark(std::size_t from, std::size_t size, Meaning meaning) {
  for (std::size_t i = from; i < std::min(from + size, width()); ++i) meanings_[i] = meaning;
}

Painted Painted::part(std::size_t from, std::size_t size) const {
  Painted part;
  for (std::size_t i = from; i < std::min(from + size, width()); ++i) {
    part.text_ += text_[i];
    part.meanings_.push_back(meanings_[i]);
  }
  return part;
}

std::string Painted::rendered(bool has_colours) const {
  const std::size_t end = text_.find_last_not_of(' ') + 1;
  if (!has_colours) return text_.substr(0, end);
  std::string rendered;
  Meaning now = Meaning::plain;
  for (std::size_t i = 0; i < end; ++i) {
    if (meanings_[i] != now) {
      if (now != Meaning::plain) rendered += reset;
      now = meanings_[i];
      rendered += sequence_of(now);
    }
    rendered += text_[i];
  }
  if (now != Meaning::plain) rendered += reset;
  return rendered;
}

std::vector<Painted> wrapped(const Painted& line, std::size_t width, std::size_t indent) {
  std::vector<Painted> lines;
  std::size_t from = 0;
  do {
    Painted next;
    if (from != 0) next.pad_to(indent);
    const std::size_t room = width - next.width();
    std::size_t size = std::min(room, line.width() - from);
    std::size_t after = from + size;
    if (after < line.width()) {
      const std::size_t blank = line.text().rfind(' ', after);
      if (blank != std::string::npos && blank > from) {
        size = blank - from;
        after = line.text().find_first_not_of(' ', blank);
        if (after == std::string::npos) after = line.width();
      }
    }
    next.add(line.part(from, size));
    lines.push_back(std::move(next));
    from = after;
  } while (from < line.width());
  return lines;
}

std::string cut_to(std::string_view text, std::size_t width) {
  constexpr std::string_view rest = "..";
  if (text.size() <= width) return std::string(text);
  const std::string_view end = text.ends_with(']') ? "]" : "";
  if (width <= rest.size() + end.size()) return std::string(text.substr(0, width));
  std::string cut(text.substr(0, width - rest.size() - end.size()));
  cut += rest;
  cut += end;
  return cut;
}

}  // namespace tracetcp::terminal
