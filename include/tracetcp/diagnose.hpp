#pragma once

#include <tracetcp/address_list.hpp>
#include <tracetcp/diagnosis.hpp>
#include <tracetcp/trace.hpp>

#include <cstdint>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

namespace tracetcp {

/// What the diagnosis keeps of a hop.
struct HopDigest {
  Ttl ttl;
  int asked = 0;                 ///< not counted: probes that were not seen to leave this machine
  int answered = 0;              ///< of these, with time-exceeded or a rejection that ended nothing
  AddressList addresses;         ///< of who did
  std::optional<Ttl> reply_ttl;  ///< of the first such answer, as received; empty: unknown
  std::uint32_t probe = 0;       ///< ProbeId::index of that, else of the first asked
  std::optional<Duration> least_rtt;  ///< of those answers; empty: no time is known
  std::optional<Duration> most_rtt;
};

/// The answer that a verdict rests on, with what it shows of its sender.
struct EndDigest {
  ReplyKind kind = ReplyKind::syn_ack;
  Ttl ttl;                 ///< of the lowest probe that was answered so
  bool exact = false;      ///< a SYN with one TTL less did not get there
  bool confirmed = false;  ///< a rejection: the same router rejects a larger TTL too
  std::uint32_t probe = 0;
  int asked = 0;                 ///< RSTs: SYNs that got there, with no lower TTL; others: 0
  int answered = 0;              ///< of these
  int lost_before = 0;           ///< SYN-ACKs: such SYNs that left long before the first answer
  int rounds = 0;                ///< of SYNs, one after another, in which one was answered there
  std::optional<Ttl> reply_ttl;  ///< as received; empty: unknown
  std::optional<TcpRest> tcp;
  bool isn_rewritten = false;  ///< see Reply
};

/// The kinds of two answers to one SYN that exclude each other, in the order in which they came.
struct Contradiction {
  ReplyKind first = ReplyKind::rst;
  ReplyKind second = ReplyKind::syn_ack;
};

/// A trace as far as the diagnosis needs it: small enough to keep one for each of 65535 ports.
struct Digest {
  Endpoint target;
  Verdict verdict;
  bool interrupted = false;     ///< Trace::cut_short()
  std::vector<HopDigest> hops;  ///< all that were asked, by rising TTL without gaps
  std::optional<EndDigest> end;
  int length = 0;  ///< the highest TTL that the path is known to have; a hop that comes again, as
                   ///< in a loop, does not lengthen it
  std::optional<Ttl> forged_ttl;  ///< as received: of a RST to a SYN that a hop answered as well
  std::optional<Contradiction> contradiction;
  /// A SYN was answered in the target's name, and another with no less TTL expired at a hop; or one
  /// of several routers at a hop answers at another hop, too. So packets take ways of different
  /// length, or something answers what expires at it.
  bool reach_varies = false;
  /// The other address to which this machine's own NAT leads the SYNs; empty: none.
  std::optional<Address> led_to;
  /// Nothing answered, and nothing shows that a SYN left this machine.
  bool may_not_have_left = false;
  /// ICMP errors that quote another sequence number than ours: of anybody who knows addresses and
  /// ports (RFC 5927), or of hops behind a device that rewrites it.
  std::vector<Stray> other_quotes;
  std::optional<std::uint16_t> path_mtu;
  std::vector<Finding> findings;  ///< what its own answers show

  [[nodiscard]] const HopDigest* hop(int ttl) const;
};

/// How many hops a reply has come, its sender and us counted once: initial TTLs are 64, 128 or 255.
int return_hops(Ttl reply_ttl);

/// The same where the TTL is known, else empty.
std::optional<int> return_hops(std::optional<Ttl> reply_ttl);

/// What is to be kept of a trace. A pure function of it.
Digest digest(const Trace& trace);

/// Of many traces the few to compare the others with: those that went farthest, and some typical
/// ones.
std::vector<Digest> telling(std::span<const Digest> traces);

/// What the answers of one port amount to, in the light of what other ports of the same target
/// showed; others with its own port or another address, also by this machine's NAT, are passed
/// over. A pure function of these.
Diagnosis diagnose(const Digest& one, std::span<const Digest> others);
Diagnosis diagnose_beside(const Digest& one, std::span<const Digest* const> others);

/// The round-trip times of a hop, or of the target.
struct RttStatistics {
  Duration least{};
  Duration median{};
  Duration most{};
  Duration jitter{};  ///< mean difference between one and the next, as in RFC 3550, section 6.4.1
  double loss = 0;    ///< part of the probes that nothing answered, 0 to 1
};

/// Empty: no probe was answered with a known time.
std::optional<RttStatistics> rtt_statistics(const Hop& hop);

/// What the end of a path comes to: the verdict's state, and in whose name the answer is where that
/// is not the target's, likely at least.
enum class EndKind : std::uint8_t {
  open,
  proxy,     ///< a SYN-ACK, but another machine accepts the connection
  accepted,  ///< a SYN-ACK, and a hop or what is beyond it accepts: the target need not have seen
             ///< it
  closed,
  forged_reset,  ///< a RST, but another machine sends it
  rejected,
  silent,
  incomplete,
  unknown,
};

/// The name used in JSON, e.g. "forged-reset".
std::string_view name(EndKind kind);

struct PathEnd {
  EndKind kind = EndKind::unknown;
  Place at;  ///< of who answers, or of the last hop that did
};

/// Every report goes by this, so that none says of a port what another denies.
PathEnd path_end(const Trace& trace);
EndKind end_kind(const Verdict& verdict, const Diagnosis& diagnosis);

/// Whether flows of the port end in different ways, likely at least, and that is the better one.
bool is_on_some_paths(const Diagnosis& diagnosis);

/// The finding that the verdict comes down to, such as the block of a silent port, at least likely;
/// nullptr: there is none. It belongs to the trace.
const Finding* deciding_finding(const Trace& trace);

}  // namespace tracetcp
