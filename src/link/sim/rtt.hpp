#pragma once

#include "link/sim/random.hpp"

#include <tracetcp/time.hpp>

#include <cstddef>
#include <optional>
#include <vector>

namespace tracetcp::sim {

class Node;

/// How long answers from somewhere take, counted from when the SYN left.
class Rtt {
 public:
  /// Always the same.
  explicit Rtt(Duration fixed) : turns_{fixed} {}
  /// One for each answer in turn, the last one again and again; empty: no answer that time.
  explicit Rtt(std::vector<std::optional<Duration>> turns) : turns_(std::move(turns)) {}
  /// Evenly spread over mean - jitter to mean + jitter.
  Rtt(Duration mean, Duration jitter) : turns_{mean}, jitter_(jitter) {}

  /// Whether the answer depends on its turn.
  [[nodiscard]] bool takes_turns() const { return turns_.size() > 1; }
  /// For the answer number `turn`, counted from 0. Empty: there is none.
  [[nodiscard]] std::optional<Duration> draw(std::size_t turn, Random& random) const;
  /// A time that uses up no turn: the first there is.
  [[nodiscard]] Duration typical() const;

 private:
  std::vector<std::optional<Duration>> turns_;
  Duration jitter_{0};
};

/// Milliseconds, 0 to an hour, fractions allowed.
Duration read_milliseconds(const Node& node);

/// Reads 12, 0.7, [10, "*", 11] or {mean = 10, jitter = 2}.
Rtt read_rtt(const Node& node);

}  // namespace tracetcp::sim
