#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace tracetcp::terminal {

/// What a colour says; without colours the text alone has to.
enum class Meaning : std::uint8_t {
  plain,
  good,     ///< a verdict: the port is open
  bad,      ///< a verdict: something on the way stops it; the rejecting router
  warning,  ///< a verdict that is not certain, or not the target's; what is amiss with the run
  place,    ///< the hop that a sentence is about
  loss,     ///< no answer from a hop that answers
  slow,     ///< a time out of line with the others
  faint,    ///< what has nothing to say
};

/// A line with a meaning for each of its characters, which take a column each.
class Painted {
 public:
  Painted() = default;
  Painted(std::string_view text, Meaning meaning) { add(text, meaning); }

  void add(std::string_view text, Meaning meaning);
  /// Blanks up to this column, if it is not reached yet.
  void pad_to(std::size_t column);
  void mark(std::size_t from, std::size_t size, Meaning meaning);

  [[nodiscard]] const std::string& text() const { return text_; }
  [[nodiscard]] std::size_t width() const { return text_.size(); }
  [[nodiscard]] Painted part(std::size_t from, std::size_t size) const;
  void add(const Painted& other);

  /// Without blanks at its end; with escape sequences (ECMA-48, SGR) where there are colours.
  [[nodiscard]] std::string rendered(bool has_colours) const;

 private:
  std::string text_;
  std::vector<Meaning> meanings_;  ///< as many as characters
};

/// Lines of at most `width`, broken at blanks where there are some. Those after the first begin
/// with `indent` blanks.
std::vector<Painted> wrapped(const Painted& line, std::size_t width, std::size_t indent);

/// The text, or as much of it as has room, with ".." for the rest before a closing bracket.
std::string cut_to(std::string_view text, std::size_t width);

}  // namespace tracetcp::terminal
