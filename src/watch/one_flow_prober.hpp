#pragma once

#include <tracetcp/address.hpp>
#include <tracetcp/prober.hpp>

#include <cstdint>
#include <deque>
#include <map>
#include <set>
#include <unordered_map>
#include <vector>

namespace tracetcp {

/// Makes many traces to one port, one after the other, a single trace to the prober beneath: their
/// SYNs have one flow and one sequence number. So load balancers send them the same way, and
/// firewalls take them for repetitions of one connection attempt. IP ids and timestamps distinguish
/// them, as the probes of one trace. Each port that is traced is such a trace of its own.
///
/// The traces to one port have rising numbers. They may be concluded in any order.
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
  /// All traces to one port.
  struct Flow {
    std::deque<ProbeId> ids;            ///< of the probes that are not retired
    std::uint32_t first = 0;            ///< index beneath of the first of them
    std::uint32_t latest = 0;           ///< the trace that sent last
    std::set<std::uint32_t> concluded;  ///< whose probes are not retired

    /// nullptr: it was retired.
    [[nodiscard]] const ProbeId* id_of(std::uint32_t index) const;
  };

  std::uint32_t flow_to(const Endpoint& target);
  [[nodiscard]] const ProbeId* id_of(const ProbeId& beneath) const;
  void attribute(Reply& reply) const;

  Prober& beneath_;
  std::vector<Flow> flows_;  ///< by number of their trace beneath
  std::map<Endpoint, std::uint32_t> by_target_;
  std::unordered_map<std::uint32_t, std::uint32_t> by_trace_;  ///< of those that sent something
  std::vector<Probe> probes_;
  std::vector<Reply> replies_;
  std::vector<SentProbe> sent_;
};

}  // namespace tracetcp
