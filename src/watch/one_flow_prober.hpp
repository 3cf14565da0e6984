#pragma once

#include <tracetcp/prober.hpp>

#include <cstdint>
#include <deque>
#include <vector>

namespace tracetcp {

/// Makes many traces to one port, one after the other, a single trace to the prober beneath: their
/// SYNs have one flow and one sequence number. So load balancers send them the same way, and
/// firewalls take them for repetitions of one connection attempt. IP ids and timestamps distinguish
/// them, as the probes of one trace.
///
/// The traces have rising numbers, and are concluded in their order.
class OneFlowProber final : public Prober {
 public:
  explicit OneFlowProber(Prober& beneath) : beneath_(beneath) {}

  TimePoint now() override { return beneath_.now(); }
  void send(std::span<const Probe> probes) override;
  std::span<const Reply> wait(TimePoint until) override;
  std::span<const SentProbe> sent() override;
  std::vector<ProbeId> take_refused() override;
  void complete(Trace& trace) override;
  void conclude(std::uint32_t trace) override;
  [[nodiscard]] const Tally& ignored() const override { return beneath_.ignored(); }
  [[nodiscard]] LinkStats stats() override { return beneath_.stats(); }

 private:
  static constexpr std::uint32_t only_trace = 0;

  /// nullptr: it was retired.
  [[nodiscard]] const ProbeId* id_of(std::uint32_t index) const;
  void attribute(Reply& reply) const;

  Prober& beneath_;
  std::deque<ProbeId> ids_;  ///< of the probes that are not retired
  std::uint32_t first_ = 0;  ///< index beneath of the first of them
  std::vector<Probe> probes_;
  std::vector<Reply> replies_;
  std::vector<SentProbe> sent_;
};

}  // namespace tracetcp
