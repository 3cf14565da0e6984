#pragma once

#include "read/attempts.hpp"
#include "read/kept_replies.hpp"
#include "read/spare_memory.hpp"
#include "read/syn_chains.hpp"
#include "read/syn_forms.hpp"
#include "read/ttls.hpp"

#include <tracetcp/reading.hpp>
#include <tracetcp/syn.hpp>

#include <vector>

namespace tracetcp {

/// A trace while it is being put together from the SYNs and replies of a capture.
class TraceAssembly {
 public:
  /// `id` is that of the trace, `slot` what the finder knows it by as long as it is open. May be
  /// called again for another trace, once trace() was.
  void begin(std::uint32_t id, std::uint32_t slot, const Syn& first, TimePoint time);

  /// What a SYN to the same target is to this trace.
  enum class Fit : std::uint8_t {
    goes_on,
    begins_anew,  ///< of another trace of the same kind
    foreign,      ///< sent by something else: a program's connection beside a trace, or a trace
                  ///< beside connections
  };
  [[nodiscard]] Fit fit_of(const Syn& syn, TimePoint time) const;

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

  /// The handshake that a SYN began was completed.
  void connected(std::uint32_t index);

  /// tracetcp sent it, whatever its TTLs.
  void is_ours() { is_ours_ = true; }

  /// Very many others like it were begun in the same minute: only a SYN whose TTL expired
  /// distinguishes it from a flood.
  void is_one_of_many() { is_one_of_many_ = true; }

  /// The reading ended before more of it could come.
  void interrupt() { interrupted_ = true; }

  [[nodiscard]] TimePoint last() const { return last_; }
  [[nodiscard]] std::uint32_t id() const { return id_; }
  [[nodiscard]] std::uint32_t slot() const { return slot_; }
  [[nodiscard]] const Flow& flow() const { return first_flow_; }

  /// A program made connections, of which at least one was completed.
  [[nodiscard]] bool has_connections() const { return connected_ && ttls_.count() == 1; }

  /// Whether its TTLs and replies say that it was sent to see the path. All else are attempts to
  /// connect, scans and floods: one TTL, or TTLs at random.
  [[nodiscard]] bool is_traceroute() const;

  /// What became of all attempts to connect but those that were completed. An attempt is all SYNs
  /// with one source port and ISN.
  [[nodiscard]] Attempts failed_attempts() const;

  [[nodiscard]] std::size_t syns() const { return sent_.size(); }

  /// The trace as it stands, judged; with Trace::paths where they are wanted. Only begin() may
  /// follow.
  [[nodiscard]] FoundTrace trace(bool all_paths, SpareMemory& spare);

 private:
  [[nodiscard]] bool has_flow_port(Port source) const;
  [[nodiscard]] bool is_foreign(const Syn& syn) const;
  [[nodiscard]] Trace without_probes();
  void place_probes(Trace& trace, int last);
  void add_quotes(ProbeRecord& probe) const;
  void add_quotes(Trace& trace) const;
  void add_first_sent(Trace& trace) const;
  [[nodiscard]] bool is_of_scan() const;

  struct Sent {
    TimePoint time;
    Tag tag;
    FlowLabel flow_label;
    Port source_port;
    Ttl ttl;
    bool voided = false;     ///< as in ProbeRecord
    bool contested = false;  ///< as in ProbeRecord
    bool connected = false;  ///< see connected()
    Seen seen;               ///< what came for it, or for another SYN of its attempt
    KeptReplies::Chain replies{};
    std::uint32_t form = 0;                    ///< in forms_
    std::uint32_t previous = SynChains::none;  ///< of its chain in chains_
  };

  void note(Sent& sent, ReplyKind kind);

  static std::uint32_t hash_of(const Tag& tag, Port source);
  [[gnu::noinline]] void lengthen_chains();

  static SynForms::Numbered numbered(const Sent& sent) {
    return {.form = sent.form,
            .source = sent.source_port,
            .ttl = sent.ttl,
            .tag = sent.tag,
            .flow_label = sent.flow_label};
  }

  std::uint32_t id_ = 0;
  std::uint32_t slot_ = 0;
  Flow first_flow_;
  TimePoint last_{};
  bool connected_ = false;
  bool is_ours_ = false;
  bool is_one_of_many_ = false;
  bool interrupted_ = false;
  bool has_answers_ = false;
  bool has_expired_ = false;        ///< a SYN ran out of TTL on the way
  std::vector<Port> source_ports_;  ///< in order
  std::vector<Sent> sent_;          ///< by ProbeId::index
  SynForms forms_;                  ///< of sent_
  KeptReplies replies_;             ///< to sent_
  bool has_odd_quotes_ = false;     ///< not all SYNs are quoted as they were sent
  Ttls ttls_;
  SynChains chains_;  ///< of sent_, by their tags
  Notices notices_;
  Strays strays_;
  std::uint32_t unattributed_ = 0;
  Boxed<Reply> unplaced_;
  std::optional<TimePoint> unplaced_since_;
};

}  // namespace tracetcp
