#pragma once

#include <cstdint>
#include <utility>
#include <vector>

namespace tracetcp::sim {

class Node;

/// Some TCP ports.
class PortSet {
 public:
  static PortSet all();

  void add(std::uint16_t first, std::uint16_t last) { ranges_.emplace_back(first, last); }

  [[nodiscard]] bool empty() const { return ranges_.empty(); }
  [[nodiscard]] bool contains(std::uint16_t port) const;
  /// Whether each port of the other set is in one of this set's ranges.
  [[nodiscard]] bool covers(const PortSet& other) const;
  /// The lowest port that is in both; -1: there is none.
  [[nodiscard]] int common(const PortSet& other) const;

 private:
  std::vector<std::pair<std::uint16_t, std::uint16_t>> ranges_;  ///< first, last
};

/// Reads 80, "80", "137-139" or a list of these.
PortSet read_ports(const Node& node);

}  // namespace tracetcp::sim
