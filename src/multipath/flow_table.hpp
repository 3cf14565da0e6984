#pragma once

#include <tracetcp/strategy.hpp>
#include <tracetcp/trace.hpp>

#include <cstddef>
#include <cstdint>
#include <optional>
#include <set>
#include <utility>
#include <vector>

namespace tracetcp {

/// What is known of a flow at a TTL.
enum class CellState : std::uint8_t {
  unasked,
  waiting,   ///< asked, and still to be answered, or to be asked again
  silent,    ///< asked in vain
  lost,      ///< asked, not counted: silence by chance (rare_silence.hpp), or beyond the flow's end
  answered,  ///< see FlowCell::answer()
};

/// The probes of one flow with one TTL.
struct FlowCell {
  std::vector<ProbeRecord> probes;
  CellState state = CellState::unasked;

  /// The one sent last, of one or more.
  [[nodiscard]] const ProbeRecord& last_probe() const { return probes.back(); }
  /// The first answer that came; nullptr: none.
  [[nodiscard]] const Reply* answer() const;
  /// How many probes were answered, notices apart.
  [[nodiscard]] std::size_t answers() const;
  /// Whether probes of this one flow were answered by different addresses.
  [[nodiscard]] bool varies() const;
  /// Probes that count: not voided.
  [[nodiscard]] std::size_t tries() const;
};

/// Flows by TTLs. The TTLs of a flow need not all have been asked.
class FlowTable {
 public:
  FlowTable(Ttl first, Ttl last) : first_(first.value), last_(last.value) {}

  [[nodiscard]] std::size_t size() const { return flows_.size(); }
  [[nodiscard]] int first() const { return first_; }
  [[nodiscard]] int last() const { return last_; }

  /// Adds a flow of which nothing is known; returns its number.
  std::size_t add();

  /// Adds a flow that was traced already.
  std::size_t add(const Trace& trace);

  [[nodiscard]] FlowCell& at(std::size_t flow, int ttl) { return flows_[flow][index(ttl)]; }
  [[nodiscard]] const FlowCell& at(std::size_t flow, int ttl) const {
    return flows_[flow][index(ttl)];
  }

  /// The lowest TTL with which the flow got to its end; empty: not known.
  [[nodiscard]] std::optional<int> end(std::size_t flow) const { return ends_[flow]; }
  void note_end(std::size_t flow, int ttl);

  /// A router that rejects what expires at it, and forwards the rest: see find_rejection().
  void note_passing(int ttl, Address router);

  /// Whether a reply to that TTL ends the path of its flow.
  [[nodiscard]] bool is_end(const Reply& reply, int ttl) const;

  /// What was asked of one flow, as a trace of that alone, without target and verdict.
  [[nodiscard]] Trace trace_of(std::size_t flow) const;

  /// Forgets what was still waited for.
  void forget_waiting();

 private:
  [[nodiscard]] std::size_t index(int ttl) const { return static_cast<std::size_t>(ttl - first_); }

  int first_;
  int last_;
  std::vector<std::vector<FlowCell>> flows_;
  std::vector<std::optional<int>> ends_;  ///< by flow
  std::set<std::pair<int, Address>> passing_;
};

}  // namespace tracetcp
