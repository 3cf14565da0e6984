#pragma once

#include "core/flat_map.hpp"
#include "core/make_room.hpp"

#include <tracetcp/decode.hpp>
#include <tracetcp/reply.hpp>
#include <tracetcp/syn.hpp>
#include <tracetcp/trace.hpp>

#include <cstdint>
#include <optional>
#include <unordered_map>
#include <utility>
#include <vector>

namespace tracetcp {

/// Matches what was captured to the SYNs that were sent. A reply is attributed to a probe only
/// where what it carries leaves no other; else it names the candidates. What comes on one of our
/// flows but answers none of its SYNs is a stray. All else is counted and changes nothing.
///
/// A quote goes to the probe whose timestamp or IP id it carries; IPv6 has no id, but some tools
/// give each of their probes a flow label of its own. Where it carries none of these, it goes to a
/// probe only if each probe of the trace has a sequence number or source port of its own, which
/// then names it; or if over IPv6 it is the only one yet.
///
/// Anyone can send ICMP errors that quote our addresses and ports, so an error must quote our
/// sequence number (RFC 5927, section 4.1). A device on the way may have rewritten that. A quote
/// with another number is believed if it has the timestamp of the SYN whose IP id it has; or if the
/// quotes of two probes have their IP ids and differ from our numbers by the same. Once a quote on
/// the flow contradicts, as guesses do, the second rule is over for that flow.
///
/// The NAT of this machine may give our SYNs other addresses and ports before they leave. One with
/// the sequence number, timestamp and IP id of one of ours is that SYN: from then on what comes for
/// the addresses and ports that it left with is what came for ours.
class Correlator {
  struct Group;

 public:
  enum class Quotes : std::uint8_t {
    kept,      ///< replies have them, and Reply::tcp
    left_out,  ///< where who asks keeps what is needed of them: they take memory and time
  };
  /// Where the frames were captured.
  enum class Vantage : std::uint8_t {
    sender,    ///< on the machine that sent the SYNs: what its kernel would not take is a stray
    anywhere,  ///< each packet may be there several times, and tagged otherwise than its answer
  };
  explicit Correlator(Quotes quotes = Quotes::kept, Vantage vantage = Vantage::sender)
      : quotes_(quotes), vantage_(vantage) {}

  /// All SYNs that share 4-tuple and ISN, as it knows them.
  using Attempt = Group;

  /// Registers a SYN, before or when it leaves. `sent` stands until the SYN itself is captured.
  /// Returns where it belongs, until its trace is concluded or forgotten.
  Attempt& add(ProbeId id, const Syn& syn, TimePoint sent);

  /// The same for a SYN of which it is known that it belongs there.
  static void add(Attempt& attempt, std::uint32_t index, const Syn& syn, TimePoint sent);

  /// Takes one decoded frame, in the order of capture; `time` is its capture stamp.
  std::optional<Reply> match(const Decoded& decoded, TimePoint time);
  /// The same into a new reply; false: there is none.
  bool match(const Decoded& decoded, TimePoint time, Reply& reply);

  /// The next of the earlier replies that the last one made credible; to be called after match()
  /// until it is empty.
  std::optional<Reply> take_released();
  [[nodiscard]] bool has_released() const { return !released_.empty(); }

  /// Whether checksums in the capture mean anything: not where our own SYNs have wrong ones, as in
  /// captures whose addresses were replaced. To be called with each SYN that add() got from there.
  void note_checksum(const TcpSegment& own) {
    if (own.arrival.wrong_checksum) checksums_tell_ = false;
  }

  /// Adds to a trace how its SYNs were seen leaving, and why this machine says it did not send
  /// some.
  void add_departures(Trace& trace) const;

  /// Probes of which the sender's kernel has reported since the last call that it did not send
  /// them.
  std::vector<ProbeId> take_refused() { return std::exchange(refused_, {}); }

  /// How many SYNs of ours were seen leaving, as we made them or translated.
  [[nodiscard]] std::uint64_t seen_leaving() const { return seen_leaving_; }

  /// Frees what is known of a trace; what still comes for it counts as late.
  void conclude(std::uint32_t trace);

  /// Of a trace without an end: a reply to a probe with a smaller index counts as late. The last
  /// 1024 of them are kept for that; those before are forgotten.
  void retire(std::uint32_t trace, std::uint32_t below);

  /// The same without a trace of it: what still comes is not ours.
  void forget(std::uint32_t trace);

  /// The trace one of whose SYNs had that flow and ISN; empty: there is none.
  [[nodiscard]] std::optional<std::uint32_t> trace_of(const Flow& flow, SeqNumber isn) const;

  /// The first SYN of a trace that had that flow and ISN; empty: there is none.
  [[nodiscard]] std::optional<ProbeId> first_of(const Flow& flow, SeqNumber isn) const;

  [[nodiscard]] const Tally& ignored() const { return ignored_; }

 private:
  struct Member {
    std::uint32_t index = 0;
    IpId ip_id;
    TsVal tsval;
    FlowLabel flow_label;
    TimePoint sent;
    std::uint8_t kinds_seen = 0;                      // one bit a ReplyKind
    bool refused = false;                             // this machine reports that it did not leave
    bool retired = false;                             // see retire()
    Boxed<IcmpError::Quote> captured = std::nullopt;  // as it left
  };

  struct Key {
    Flow flow;
    SeqNumber isn;

    bool operator==(const Key&) const = default;
  };
  /// The finalizer of MurmurHash3. These are here, as each packet takes several of them.
  static std::uint64_t mixed(std::uint64_t x) {
    x = (x ^ (x >> 33)) * 0xff51afd7ed558ccdULL;
    return x ^ (x >> 33);
  }
  struct KeyHash {
    std::uint32_t operator()(const Key& key) const {
      const auto& [source, target] = key.flow;
      const auto addresses = std::uint64_t{folded(source.address)} << 32 | folded(target.address);
      const auto rest = std::uint64_t{key.isn.value} << 32 |
                        static_cast<std::uint32_t>(source.port.value << 16 | target.port.value);
      return static_cast<std::uint32_t>(mixed(mixed(addresses) ^ rest));
    }
  };
  struct NumberHash {
    std::uint32_t operator()(std::uint32_t number) const {
      return static_cast<std::uint32_t>(mixed(number));
    }
  };
  /// All SYNs that share 4-tuple and ISN: to the target they look like one connection attempt.
  struct Group {
    std::uint32_t trace = 0;
    bool ids_rewritten = false;  // a quote bore an IP id that none of ours has
    bool concluded = false;
    bool accepted = false;    // a SYN-ACK came: what follows it is a connection's
    bool translated = false;  // a SYN with its ISN was seen to or from elsewhere
    std::optional<std::uint16_t> vlan = std::nullopt;  // that a SYN of it left by
    const Key* key = nullptr;                          // in groups_
    Group* next_of_trace = nullptr;
    Group* next_of_flow = nullptr;
    Group* next_of_isn = nullptr;
    std::vector<Member> members;
  };

  /// Groups that have something in common, in the order they came; `Next` leads from one to the
  /// next.
  template <Group* Group::*Next>
  struct Chain {
    Group* first = nullptr;
    Group* last = nullptr;
    std::size_t size = 0;

    void add(Group& group);
    void remove(const Group& group);
  };
  using OfTrace = Chain<&Group::next_of_trace>;
  using OfFlow = Chain<&Group::next_of_flow>;
  using OfIsn = Chain<&Group::next_of_isn>;

  /// A quote with another ISN than ours, which a device on the path may have rewritten.
  struct Suspected {
    Reply reply;
    Group* group;
    std::uint32_t member;  ///< its place in the group
    std::uint32_t shift;   ///< from our ISN to the one that is quoted
  };
  /// Quotes with other ISNs on one flow.
  struct OtherIsns {
    std::vector<Suspected> waiting;       ///< for a quote of another probe with the same shift
    std::optional<std::uint32_t> agreed;  ///< the shift that several probes' quotes have
    bool contradicted = false;
  };

  // False: it is no reply, which was counted. What usual packets take is inlined, the rest is not.
  bool match_tcp(const TcpSegment& segment, TimePoint time, Reply& reply);
  [[gnu::noinline]] bool match_odd_tcp(const TcpSegment& segment, TimePoint time, Reply& reply);
  bool match_icmp(const IcmpError& error, TimePoint time, Reply& reply);
  [[gnu::noinline]] bool match_other_isn(const IcmpError& error, TimePoint time, Reply& reply);
  bool answer(Group& group, Member* member, Reply& reply);
  bool ignore(Reason reason);
  [[gnu::noinline]] bool stray(Group& group, const Stray& stray, Reply& reply);
  [[gnu::noinline]] bool stray(Group& group, StrayKind kind, const TcpSegment& segment,
                               TimePoint time, Reply& reply);
  [[gnu::noinline]] bool stray(Group& group, StrayKind kind, const IcmpError& error, TimePoint time,
                               Reply& reply);
  [[nodiscard]] std::optional<StrayKind> not_delivered(const Group& group,
                                                       const Arrival& arrival) const;
  [[nodiscard]] Group* find_group_of(const Flow& flow, bool& accepted) const;
  Group* find_answered_elsewhere(const TcpSegment& segment);
  [[gnu::noinline]] void note_translation(const TcpSegment& syn, TimePoint time);
  [[gnu::noinline]] bool note_refusal(const IcmpError& error);
  static Departure departure_of(const Group& group, const Member& member);
  void contradict(OtherIsns& others);
  void release(OtherIsns& others);

  bool stamp_own_syn(const TcpSegment& segment, TimePoint time);
  void stamp(Member& member, const TcpSegment& segment, TimePoint time);
  Group* find_flow(const Flow& flow, SeqNumber isn);
  void begin(Group& group, const Key& key, std::uint32_t trace);
  Group* take_groups(std::uint32_t trace);
  void forget_flow(const Group& group);
  void forget_isn(const Group& group);
  void drop_members(Group& group);
  void drop_oldest(Group& group, std::size_t most);
  Group* find_quoted(const IcmpError::Quote& quote);
  void forget_translations(std::uint32_t trace);
  static Member* member_of_syn_ack(Group& group, const TcpRest& tcp, TimePoint time);
  Member* member_quoted(Group& group, const IcmpError::Quote& quote);
  [[gnu::noinline]] Member* member_quoted_in_ipv6(Group& group,
                                                  const IcmpError::Quote& quote) const;
  [[nodiscard]] bool names_its_probe(const Group& group, const IcmpError::Quote& quote) const;
  static Member* only_candidate(Group& group, TimePoint time);

  Quotes quotes_;
  Vantage vantage_;
  bool checksums_tell_ = true;
  FlatMap<Key, Group, KeyHash> groups_;
  /// For quotes whose ports or addresses a NAT has rewritten: the groups with that ISN, as long as
  /// they are few. An ISN that many share (some programs send 0) identifies none without the ports.
  FlatMap<std::uint32_t, OfIsn, NumberHash> by_isn_;
  /// For strays, and quotes whose ISN a firewall has rewritten: the groups with that 4-tuple, ISN 0
  /// in the key.
  FlatMap<Key, OfFlow, KeyHash> by_flow_;
  FlatMap<Key, OtherIsns, KeyHash> other_isns_;  ///< the same keys, where such quotes came
  std::vector<Reply> released_;                  ///< see take_released(), the next one last
  FlatMap<std::uint32_t, OfTrace, NumberHash> by_trace_;
  FlatMap<Key, Group*, KeyHash>
      translated_;  ///< by what their SYNs left with, and by the 4-tuple alone
  std::unordered_map<std::uint32_t, std::vector<Key>> translated_of_trace_;  ///< its keys
  std::unordered_map<std::uint32_t, Refusal> refusals_;                      ///< by trace; the last
  std::vector<ProbeId> refused_;                                             ///< not taken yet
  std::uint64_t seen_leaving_ = 0;
  std::vector<std::vector<Member>> spare_members_;  ///< memory of groups that are gone
  Tally ignored_;
};

// Here, as it takes less time than to call it.
inline void Correlator::add(Attempt& attempt, std::uint32_t index, const Syn& syn, TimePoint sent) {
  make_room(attempt.members);
  Member& member = attempt.members.emplace_back();
  member.index = index;
  member.ip_id = syn.tag.ip_id;
  member.tsval = syn.tag.tsval;
  member.flow_label = syn.flow_label;
  member.sent = sent;
}

}  // namespace tracetcp
