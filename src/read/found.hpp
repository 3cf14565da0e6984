#pragma once

#include "read/kept_replies.hpp"
#include "read/spare_memory.hpp"
#include "read/syn_forms.hpp"

#include <tracetcp/reading.hpp>
#include <tracetcp/syn.hpp>

#include <bitset>
#include <vector>

namespace tracetcp {

/// A trace while it is being put together from the SYNs and replies of a capture.
class Found {
 public:
  /// `id` is that of the trace, `slot` what the finder knows it by as long as it is open. May be
  /// called again for another trace, once trace() was.
  void begin(std::uint32_t id, std::uint32_t slot, const Syn& first, TimePoint time);

  /// Whether a SYN to the same target goes on with this trace, or begins another one.
  [[nodiscard]] bool goes_on_with(const Syn& syn, TimePoint time) const;

  /// Whether it is one of this trace seen again on its way: where a router captures what comes in
  /// and what goes out, the second differs in nothing but link layer and TTL.
  [[nodiscard]] bool has_seen(const Syn& syn, TimePoint time) const;

  /// Whether the last SYN had this source port and ISN, too.
  [[nodiscard]] bool repeats_flow(const Syn& syn) const;

  /// Adds a SYN, which was captured so; returns its ProbeId::index.
  std::uint32_t add(const Syn& syn, const TcpSegment& captured, TimePoint time);

  /// `quote`: where an ICMP error answered, else nullptr; `tcp` where a SYN-ACK or RST did, if it
  /// is not in the reply.
  void on(Reply&& reply, const IcmpError::Quote* quote, const TcpRest* tcp = nullptr);
  void connected() { connected_ = true; }

  [[nodiscard]] TimePoint last() const { return last_; }
  [[nodiscard]] std::uint32_t id() const { return id_; }
  [[nodiscard]] std::uint32_t slot() const { return slot_; }
  [[nodiscard]] const Flow& flow() const { return first_flow_; }

  /// Nothing but a program's own connection.
  [[nodiscard]] bool is_connection() const { return connected_ && ttls_.count() == 1; }

  [[nodiscard]] std::size_t syns() const { return sent_.size(); }

  /// The trace as it stands, judged; with Trace::paths where they are wanted. Only begin() may
  /// follow.
  [[nodiscard]] FoundTrace trace(bool all_paths, SpareMemory& spare);

 private:
  [[nodiscard]] Trace without_probes();
  void place_probes(Trace& trace, int last, SpareMemory& spare);
  void add_quotes(ProbeRecord& probe) const;
  void add_quotes(Trace& trace) const;
  void add_first_sent(Trace& trace) const;
  [[nodiscard]] bool is_of_scan() const;

  struct Sent {
    TimePoint time;
    Tag tag;
    Port source_port;
    Ttl ttl;
    bool voided = false;     ///< as in ProbeRecord
    bool contested = false;  ///< as in ProbeRecord
    KeptReplies::Chain replies{};
    std::uint32_t form = 0;  ///< in forms_
  };

  static SynForms::Numbered numbered(const Sent& sent) {
    return {.form = sent.form, .source = sent.source_port, .ttl = sent.ttl, .tag = sent.tag};
  }

  /// Where marks_ has a SYN with that tag.
  static std::size_t mark_of(const Syn& syn);

  std::uint32_t id_ = 0;
  std::uint32_t slot_ = 0;
  Flow first_flow_;
  TimePoint last_{};
  bool connected_ = false;
  std::vector<Port> source_ports_;  ///< in order
  std::vector<Sent> sent_;          ///< by ProbeId::index
  SynForms forms_;                  ///< of sent_
  KeptReplies replies_;             ///< to sent_
  bool has_odd_quotes_ = false;     ///< not all SYNs are quoted as they were sent
  std::bitset<256> ttls_;
  std::bitset<256> marks_;  ///< of sent_: most SYNs are told from all before without a search
  Notices notices_;
  Strays strays_;
  std::uint32_t unattributed_ = 0;
  std::optional<Reply> unplaced_;
};

}  // namespace tracetcp
