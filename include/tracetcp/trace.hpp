#pragma once

#include <tracetcp/departure.hpp>
#include <tracetcp/diagnosis.hpp>
#include <tracetcp/multipath.hpp>
#include <tracetcp/notice.hpp>
#include <tracetcp/probe.hpp>
#include <tracetcp/reply.hpp>
#include <tracetcp/stray.hpp>
#include <tracetcp/time.hpp>

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace tracetcp {

/// One probe that was sent, and what answered it.
struct ProbeRecord {
  std::uint32_t index = 0;  ///< ProbeId::index
  Ttl ttl;
  std::uint16_t flow = 0;  ///< those with the same number left from the same source port
  TimePoint sent;
  std::vector<Reply> replies;  ///< in the order they came; several only where of several kinds
  Departure departure = Departure::unwatched;  ///< of little meaning for a SYN that was answered
  bool voided = false;     ///< asked again, not shown: its answer could not be attributed, or its
                           ///< silence may have been a loss or a rate limit
  bool contested = false;  ///< a RST or ICMP error that fits other probes as well may answer it

  /// What the hop itself had to say, else whatever came first (a RST may be forged on the way);
  /// nullptr: nothing came.
  [[nodiscard]] const Reply* answer() const {
    if (replies.empty()) return nullptr;
    for (const Reply& reply : replies) {
      if (reply.kind == ReplyKind::time_exceeded) return &reply;
    }
    return &replies.front();
  }
};

/// All probes with one TTL, in the order of sending.
struct Hop {
  Ttl ttl;
  std::vector<ProbeRecord> probes;
};

enum class State : std::uint8_t {
  open,        ///< SYN-ACK
  closed,      ///< RST
  rejected,    ///< ICMP unreachable or parameter problem
  silent,      ///< nothing beyond the last hop that answered
  incomplete,  ///< the last TTL tried was still answered by a hop, or the run was interrupted
  unknown,     ///< silence, but the SYNs were not seen to leave this machine: no verdict
};

/// How many states there are.
inline constexpr std::size_t state_count = 6;

/// The name used in JSON, e.g. "open".
std::string_view name(State state);

/// The answer to "where is this port answered, rejected or dropped".
struct Verdict {
  State state = State::incomplete;
  std::optional<Ttl>
      ttl;  ///< of the probe that was answered; silent, unknown: of the last hop that did
  std::optional<Address> from;  ///< who answered there
  std::optional<Duration> rtt;
  IcmpNumbers icmp;  ///< of a rejection
};

/// All that one trace found out. Plain data: every report is a pure function of it.
struct Trace {
  std::uint32_t id = 0;
  Endpoint target;
  TimePoint started;
  TimePoint ended;
  std::uint32_t syns_sent = 0;
  std::vector<Hop> hops;            ///< by rising TTL without gaps, from the first TTL asked
  std::vector<ProbeRecord> checks;  ///< asked at the end to make sure of the target's answer
  Notices notices;
  Strays strays;
  std::vector<Translation> translations;  ///< of our SYNs by this machine, each once
  std::optional<Refusal> refusal;         ///< why this machine did not send one; the last
  std::uint32_t unattributed = 0;         ///< replies that could not be attributed to a probe
  std::optional<Reply> unplaced;  ///< the last of them that ends the path, at an unknown hop
  std::optional<TimePoint> unplaced_since;  ///< when the first such came
  bool interrupted = false;                 ///< by the user, before it was done
  bool failed = false;                      ///< an error ended it before it was done
  Verdict verdict;
  Diagnosis diagnosis;  ///< see diagnose(); empty until then
  /// Of run_paths(): all paths. All of the above but syns_sent is then that of the first flow.
  std::optional<Multipath> paths;
  /// Of another port, traced after it to compare with; null: none.
  std::shared_ptr<const Trace> control;

  /// Whether it ended before it was done.
  [[nodiscard]] bool cut_short() const { return interrupted || failed; }

  /// The hops on the way: up to the TTL where the path ended, else all that were asked.
  [[nodiscard]] std::span<const Hop> path() const;
};

/// The hop that the verdict is about: of a rejection the one that rejects, else that of
/// Verdict::ttl. A router rejects what it would forward, so the SYN that it rejects had one TTL
/// more than the one that expired there; where it answered that, its place is known.
std::optional<Ttl> verdict_hop(const Trace& trace);

/// Whether silence may begin on this machine: nothing answered, and nothing shows that a SYN left.
bool may_not_have_left(const Trace& trace);

}  // namespace tracetcp
