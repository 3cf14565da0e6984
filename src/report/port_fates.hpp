#pragma once

#include <tracetcp/names.hpp>
#include <tracetcp/trace.hpp>

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace tracetcp {

/// The hop that the verdict of an answered port is about, the last of its row in a matrix.
bool is_path_end(const Trace& trace, const Hop& hop);

/// One character for a hop in a matrix: as in marks_legend(), or '?': it was not asked, as far as
/// was seen.
char hop_mark(const Trace& trace, const Hop& hop);
std::string marks_legend();

/// What all ports have in common that ended in the same way at the same place.
struct Fate {
  std::string how;            ///< e.g. "Closed at hop 10"
  std::optional<Address> at;  ///< of that hop
  std::string rest{};
};

/// E.g. "Closed at hop 10 (192.0.2.1)".
std::string fate(const Trace& trace);

/// "20-25, 80"; the ports rise.
std::string port_list(const std::vector<std::uint16_t>& ports);

/// Ports by their fate, in the order in which the fates came up.
class PortFates {
 public:
  using Groups = std::vector<std::pair<std::string, std::vector<std::uint16_t>>>;

  void add(const Trace& trace);
  /// Of ports behind those that were added.
  void add(const PortFates& others);
  [[nodiscard]] const Groups& groups() const { return groups_; }

  /// The fate of a group with the name of its hop, where it is known.
  [[nodiscard]] std::string text(std::size_t group, const Names& names) const;

 private:
  std::vector<std::uint16_t>& ports_of(const Fate& fate);

  Groups groups_;
  std::vector<Fate> fates_;  ///< of the groups
};

}  // namespace tracetcp
