#pragma once

#include <tracetcp/reading.hpp>
#include <tracetcp/syn.hpp>

#include <bitset>
#include <set>
#include <vector>

namespace tracetcp {

/// A trace while it is being put together from the SYNs and replies of a capture.
class Found {
 public:
  Found(std::uint32_t id, const Syn& first, TimePoint time);

  /// Whether a SYN to the same target goes on with this trace, or begins another one.
  [[nodiscard]] bool goes_on_with(const Syn& syn, TimePoint time) const;

  /// Whether it is one of this trace seen again on its way: where a router captures what comes in
  /// and what goes out, the second differs in nothing but link layer and TTL.
  [[nodiscard]] bool has_seen(const Syn& syn, TimePoint time) const;

  /// Whether the last SYN had this source port and ISN, too.
  [[nodiscard]] bool repeats_flow(const Syn& syn) const;

  /// Adds a SYN; returns its ProbeId::index.
  std::uint32_t add(const Syn& syn, TimePoint time);
  void on(Reply reply);
  void connected() { connected_ = true; }

  [[nodiscard]] TimePoint last() const { return last_; }
  [[nodiscard]] std::uint32_t id() const { return id_; }
  [[nodiscard]] const Flow& flow() const { return first_flow_; }

  /// Nothing but a program's own connection.
  [[nodiscard]] bool is_connection() const { return connected_ && ttls_.count() == 1; }

  [[nodiscard]] std::size_t syns() const { return probes_.size(); }

  /// The trace as it stands, judged.
  [[nodiscard]] FoundTrace trace() &&;

 private:
  /// What a SYN that is seen again shares with what was seen first.
  struct Sent {
    Port source_port;
    Tag tag;
    bool operator==(const Sent&) const = default;
  };

  std::uint32_t id_;
  Flow first_flow_;
  TimePoint last_;
  bool connected_ = false;
  std::set<Port> source_ports_;
  std::vector<ProbeRecord> probes_;
  std::vector<Sent> sent_;  ///< for each of probes_
  std::bitset<256> ttls_;
  std::vector<Reply> notices_;
  std::uint32_t unattributed_ = 0;
  std::optional<Reply> unplaced_;
};

}  // namespace tracetcp
