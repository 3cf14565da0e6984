#pragma once

#include <tracetcp/decode.hpp>
#include <tracetcp/reply.hpp>
#include <tracetcp/syn.hpp>

#include <cstdint>
#include <optional>
#include <unordered_map>
#include <vector>

namespace tracetcp {

/// Matches what was captured to the SYNs that were sent. A reply is attributed to a probe only
/// where what it carries leaves no other; else it names the candidates. What carries none of our
/// tags is counted and changes nothing.
class Correlator {
 public:
  /// Registers a SYN, before or when it leaves. `sent` stands until the SYN itself is captured.
  void add(ProbeId id, const Syn& syn, TimePoint sent);

  /// Takes one decoded frame, in the order of capture; `time` is its capture stamp.
  std::optional<Reply> match(const Decoded& decoded, TimePoint time);

  /// Frees what is known of a trace; what still comes for it counts as late.
  void conclude(std::uint32_t trace);

  [[nodiscard]] const Tally& ignored() const { return ignored_; }

 private:
  struct Member {
    std::uint32_t index;
    IpId ip_id;
    TsVal tsval;
    TimePoint sent;
    std::uint8_t kinds_seen = 0;  // one bit a ReplyKind
  };

  /// All SYNs that share 4-tuple and ISN: to the target they look like one connection attempt.
  struct Group {
    Flow flow;
    std::uint32_t trace;
    bool ids_rewritten = false;  // a quote bore an IP id that none of ours has
    bool concluded = false;
    std::vector<Member> members;
  };

  std::optional<Reply> match_tcp(const TcpSegment& segment, TimePoint time);
  std::optional<Reply> match_icmp(const IcmpError& error, TimePoint time);
  std::optional<Reply> answer(Group& group, Member* member, Reply reply);
  std::optional<Reply> ignore(Reason reason);

  bool stamp_own_syn(const TcpSegment& segment, TimePoint time);
  Group* find_flow(const Flow& flow, SeqNumber isn);
  Group* find_quoted(const IcmpError::Quote& quote);
  static Member* member_of_syn_ack(Group& group, const TcpRest& tcp, TimePoint time);
  static Member* member_quoted(Group& group, const IcmpError::Quote& quote, TimePoint time);
  static Member* only_candidate(Group& group, TimePoint time);

  std::unordered_map<std::uint32_t, std::vector<Group>> by_isn_;
  std::unordered_map<std::uint32_t, std::vector<SeqNumber>> isns_of_trace_;
  Tally ignored_;
};

}  // namespace tracetcp
