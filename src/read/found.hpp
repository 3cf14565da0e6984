#pragma once

#include <tracetcp/reading.hpp>
#include <tracetcp/syn.hpp>

#include <bitset>
#include <set>
#include <vector>

namespace tracetcp {

/// Memory of replies that were handed over, for those to come: getting it anew took longer than all
/// else that is done with a reply.
class SpareReplies {
 public:
  /// Empty, but there is room in it if there is any to spare.
  std::vector<Reply> take();

  /// What is in a trace that nobody needs any more.
  void keep(Trace& trace);

 private:
  std::vector<std::vector<Reply>> spare_;
};

/// A trace while it is being put together from the SYNs and replies of a capture.
class Found {
 public:
  /// `id` is that of the trace, `slot` what the finder knows it by as long as it is open.
  Found(std::uint32_t id, std::uint32_t slot, const Syn& first, TimePoint time);

  /// Whether a SYN to the same target goes on with this trace, or begins another one.
  [[nodiscard]] bool goes_on_with(const Syn& syn, TimePoint time) const;

  /// Whether it is one of this trace seen again on its way: where a router captures what comes in
  /// and what goes out, the second differs in nothing but link layer and TTL.
  [[nodiscard]] bool has_seen(const Syn& syn, TimePoint time) const;

  /// Whether the last SYN had this source port and ISN, too.
  [[nodiscard]] bool repeats_flow(const Syn& syn) const;

  /// Adds a SYN; returns its ProbeId::index.
  std::uint32_t add(const Syn& syn, TimePoint time);
  void on(Reply&& reply, SpareReplies& spare);
  void connected() { connected_ = true; }

  [[nodiscard]] TimePoint last() const { return last_; }
  [[nodiscard]] std::uint32_t id() const { return id_; }
  [[nodiscard]] std::uint32_t slot() const { return slot_; }
  [[nodiscard]] const Flow& flow() const { return first_flow_; }

  /// Nothing but a program's own connection.
  [[nodiscard]] bool is_connection() const { return connected_ && ttls_.count() == 1; }

  [[nodiscard]] std::size_t syns() const { return sent_.size(); }

  /// The trace as it stands, judged; with Trace::paths where they are wanted.
  [[nodiscard]] FoundTrace trace(bool all_paths) &&;

 private:
  [[nodiscard]] Trace without_probes();
  void place_probes(Trace& trace, int last);

  struct Sent {
    TimePoint time;
    Tag tag;
    Port source_port;
    Ttl ttl;
    bool voided = false;  ///< as in ProbeRecord
  };

  /// Where marks_ has a SYN with that tag.
  static std::size_t mark_of(const Syn& syn);

  std::uint32_t id_;
  std::uint32_t slot_;
  Flow first_flow_;
  TimePoint last_;
  bool connected_ = false;
  std::set<Port> source_ports_;
  std::vector<Sent> sent_;                   ///< by ProbeId::index
  std::vector<std::vector<Reply>> replies_;  ///< to sent_
  std::bitset<256> ttls_;
  std::bitset<256> marks_;  ///< of sent_: most SYNs are told from all before without a search
  std::vector<Reply> notices_;
  std::uint32_t unattributed_ = 0;
  std::optional<Reply> unplaced_;
};

}  // namespace tracetcp
