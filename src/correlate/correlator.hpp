#pragma once

#include "core/flat_map.hpp"

#include <tracetcp/decode.hpp>
#include <tracetcp/reply.hpp>
#include <tracetcp/syn.hpp>

#include <cstdint>
#include <optional>
#include <vector>

namespace tracetcp {

/// Matches what was captured to the SYNs that were sent. A reply is attributed to a probe only
/// where what it carries leaves no other; else it names the candidates. What carries none of our
/// tags is counted and changes nothing.
class Correlator {
  struct Group;

 public:
  enum class Quotes : std::uint8_t {
    kept,      ///< replies have them, and Reply::tcp
    left_out,  ///< where who asks keeps what is needed of them: they take memory and time
  };
  explicit Correlator(Quotes quotes = Quotes::kept) : quotes_(quotes) {}

  /// All SYNs that share 4-tuple and ISN, as it knows them.
  using Attempt = Group;

  /// Registers a SYN, before or when it leaves. `sent` stands until the SYN itself is captured.
  /// Returns where it belongs, until its trace is concluded or forgotten.
  Attempt& add(ProbeId id, const Syn& syn, TimePoint sent);

  /// The same for a SYN of which it is known that it belongs there.
  static void add(Attempt& attempt, std::uint32_t index, const Tag& tag, TimePoint sent);

  /// Takes one decoded frame, in the order of capture; `time` is its capture stamp.
  std::optional<Reply> match(const Decoded& decoded, TimePoint time);

  /// Frees what is known of a trace; what still comes for it counts as late.
  void conclude(std::uint32_t trace);

  /// The same without a trace of it: what still comes is not ours.
  void forget(std::uint32_t trace);

  /// The trace one of whose SYNs had that flow and ISN; empty: there is none.
  [[nodiscard]] std::optional<std::uint32_t> trace_of(const Flow& flow, SeqNumber isn) const;

  [[nodiscard]] const Tally& ignored() const { return ignored_; }

 private:
  struct Member {
    std::uint32_t index;
    IpId ip_id;
    TsVal tsval;
    TimePoint sent;
    std::uint8_t kinds_seen = 0;                      // one bit a ReplyKind
    Boxed<IcmpError::Quote> captured = std::nullopt;  // as it left
  };

  struct Key {
    Flow flow;
    SeqNumber isn;

    bool operator==(const Key&) const = default;
  };
  struct KeyHash {
    std::uint32_t operator()(const Key& key) const;
  };
  struct NumberHash {
    std::uint32_t operator()(std::uint32_t number) const;
  };
  /// All SYNs that share 4-tuple and ISN: to the target they look like one connection attempt.
  struct Group {
    std::uint32_t trace = 0;
    bool ids_rewritten = false;  // a quote bore an IP id that none of ours has
    bool concluded = false;
    Key key;
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

  // False: it is no reply, which was counted.
  bool match(const Decoded& decoded, TimePoint time, Reply& reply);
  bool match_tcp(const TcpSegment& segment, TimePoint time, Reply& reply);
  bool match_icmp(const IcmpError& error, TimePoint time, Reply& reply);
  bool answer(Group& group, Member* member, Reply& reply);
  bool ignore(Reason reason);

  bool stamp_own_syn(const TcpSegment& segment, TimePoint time);
  Group* find_flow(const Flow& flow, SeqNumber isn);
  void begin(Group& group, const Key& key, std::uint32_t trace);
  Group* take_groups(std::uint32_t trace);
  void forget_flow(const Group& group);
  void forget_isn(const Group& group);
  void drop_members(Group& group);
  Group* find_quoted(const IcmpError::Quote& quote);
  Group* find_rewritten(const Flow& flow, IpId ip_id);
  static Member* member_of_syn_ack(Group& group, const TcpRest& tcp, TimePoint time);
  static Member* member_quoted(Group& group, const IcmpError::Quote& quote, TimePoint time);
  static Member* only_candidate(Group& group, TimePoint time);

  Quotes quotes_;
  FlatMap<Key, Group, KeyHash> groups_;
  /// For quotes whose ports or addresses a NAT has rewritten: the groups with that ISN, as long as
  /// they are few. An ISN that many share (some programs send 0) tells nothing without the ports.
  FlatMap<std::uint32_t, OfIsn, NumberHash> by_isn_;
  /// For quotes whose ISN a firewall has rewritten: the groups with that 4-tuple, ISN 0 in the key.
  FlatMap<Key, OfFlow, KeyHash> by_flow_;
  FlatMap<std::uint32_t, OfTrace, NumberHash> by_trace_;
  std::vector<std::vector<Member>> spare_members_;  ///< memory of groups that are gone
  Tally ignored_;
};

}  // namespace tracetcp
