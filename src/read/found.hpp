#pragma once

#include <tracetcp/reading.hpp>
#include <tracetcp/syn.hpp>

#include <set>
#include <vector>

namespace tracetcp {

/// A trace while it is being put together from the SYNs and replies of a capture.
class Found {
 public:
  Found(std::uint32_t id, const Syn& first, TimePoint time);

  /// Whether a SYN to the same target goes on with this trace, or begins another one.
  [[nodiscard]] bool goes_on_with(const Syn& syn, TimePoint time) const;

  /// Adds a SYN; returns its ProbeId::index.
  std::uint32_t add(const Syn& syn, TimePoint time);
  void on(const Reply& reply);
  void connected() { connected_ = true; }

  [[nodiscard]] TimePoint last() const { return last_; }
  [[nodiscard]] std::uint32_t id() const { return id_; }
  [[nodiscard]] const Flow& flow() const { return first_flow_; }

  /// Nothing but a program's own connection.
  [[nodiscard]] bool is_connection() const { return connected_ && ttls_.size() == 1; }

  /// The trace as it stands, judged.
  [[nodiscard]] FoundTrace trace() const;

 private:
  std::uint32_t id_;
  Flow first_flow_;
  TimePoint last_;
  Ttl last_ttl_;
  Tag last_tag_{};
  bool connected_ = false;
  std::set<Port> source_ports_;
  std::vector<ProbeRecord> probes_;
  std::set<Ttl> ttls_;
  std::vector<Reply> notices_;
  std::uint32_t unattributed_ = 0;
  std::optional<Reply> unplaced_;
};

}  // namespace tracetcp
