#pragma once

#include <tracetcp/number.hpp>

#include <cstddef>
#include <string>
#include <vector>

namespace tracetcp {

/// TCP ports in ascending order, each once, held as ranges: 22, 80-90.
class PortList {
 public:
  PortList() = default;
  explicit PortList(Port only) : PortList(only, only) {}
  /// Both ends included. Empty where `last` is below `first`.
  PortList(Port first, Port last) { add(first, last); }

  /// Both ends included. Ports that are there already stay as they are.
  void add(Port first, Port last);

  [[nodiscard]] bool empty() const { return ranges_.empty(); }
  [[nodiscard]] std::size_t size() const;
  /// Not of an empty list.
  [[nodiscard]] Port front() const { return ranges_.front().first; }
  /// The port at that place, counted from 0; `place` is below size().
  [[nodiscard]] Port at(std::size_t place) const;
  /// The place of a port that is in the list.
  [[nodiscard]] std::size_t place_of(Port port) const;
  [[nodiscard]] bool contains(Port port) const;

  /// For example "22, 80-90".
  [[nodiscard]] std::string text() const;

 private:
  struct Range {
    Port first;
    Port last;
    std::size_t before = 0;  ///< how many ports the ranges before it have
  };
  using Ranges = std::vector<Range>;

  /// The last range that begins at this port or below it; the end: there is none.
  [[nodiscard]] Ranges::const_iterator range_of(Port port) const;

  Ranges ranges_;  ///< ascending, with gaps between them
};

}  // namespace tracetcp
