#pragma once

#include "drive/task.hpp"
#include "tracer/judge.hpp"
#include "tracer/pacer.hpp"
#include "tracer/timeouts.hpp"

#include <tracetcp/strategy.hpp>
#include <tracetcp/trace.hpp>

#include <cstdint>
#include <optional>
#include <utility>
#include <vector>

namespace tracetcp {

/// The strategy of one trace: a state machine that says what to probe next and until when to wait.
/// It does no I/O and has no clock; its driver passes in the time.
///
/// 1. TTLs are asked in rising order, each as soon as the one before has answered or should have
///    (the frontier). All hops behind the frontier are asked again at their own pace.
/// 2. When the target answers, or a rejection is confirmed (see find_rejection()), the frontier
///    stays. A rejection that no larger TTL confirms is accepted when the tail of the path has been
///    waited for, or at once where no larger TTL may be asked.
/// 3. A host or network that is said to be unreachable may come back: one more SYN is sent after
///    the rejection. If that gets further, the hops from the rejection on are asked again.
/// 4. An answer that can't be attributed makes the probes that it may belong to void; they are
///    asked again, one after the other, with tags that differ. So is, when the time has
///    come, a hop that is silent here but answers other ports (see Responder), unless the end of
///    the path is known and too many ports wait for that.
/// 5. Where an answer is received only within Strategy::probe_lifetime, a silent hop is asked again
///    after it, until the wait is over that its first probe would have had.
/// 6. A reset is made sure of by a SYN that does not expire (a check), and by waiting for a SYN-ACK
///    behind it. Without anti-flood that is done while the place of the RST is still asked for:
///    a round trip after the last SYN, when only RSTs have come; the check leaves first, as a SYN
///    that meets another's half-open connection is answered for that. A SYN-ACK is then waited for
///    from the first SYN on that got so far, and from the check on for the time that the target
///    takes and a quarter more.
/// 7. If the target's own TTL says that it is nearer than the probe it names (see nearer_end()),
///    the silent hop at that distance is asked more often, and taken for the target in the end.
/// 8. Where this machine refused each SYN of a whole sweep, there is no answer to wait for.
class Tracer {
 public:
  Tracer(std::uint32_t id, Endpoint target, const Strategy& strategy, Pacer& pacer, TimePoint now);

  /// The next probe that is due and that the pacer lets pass; it counts as sent. To be called until
  /// it is empty.
  std::optional<Probe> next(TimePoint now);

  /// Takes a reply to one of this trace's probes. False: it came too late to change anything.
  bool on(const Reply& reply);

  /// This machine did not send that probe.
  void refused(std::uint32_t index);

  /// Concludes what can be concluded by now: settles hops, judges the trace once all are settled.
  void settle(TimePoint now);

  /// When next() or settle() may have something new, if no reply comes before.
  [[nodiscard]] TimePoint wake() const;

  /// How many hops from the first on are settled: their lines can be printed.
  [[nodiscard]] std::size_t settled() const { return settled_; }
  [[nodiscard]] bool done() const { return done_; }

  /// Ends the trace as it stands, because the user or an error wants it.
  void cut_short(TimePoint now, Task::EndedBy by);

  [[nodiscard]] const Trace& trace() const { return trace_; }
  /// All of it, once it is complete.
  [[nodiscard]] Trace take_trace() { return std::move(trace_); }

  /// Once it is done: lets `add` say what is known of its silence, and judges that anew.
  template <class Add>
  void complete(Add add) {
    add(trace_);
    if (trace_.verdict.state == State::silent) trace_.verdict = judge(trace_);
  }

 private:
  /// Where the record of a probe is, by ProbeId::index.
  struct Place {
    std::size_t hop = 0;
    std::size_t probe = 0;
    bool is_check = false;
  };

  Probe send(Ttl ttl, TimePoint now);
  Probe send_check(TimePoint now);
  Probe send(std::vector<ProbeRecord>& records, Ttl ttl, TimePoint now);
  std::optional<Probe> next_repeat(TimePoint now);
  std::optional<Probe> next_recheck(TimePoint now);
  ProbeRecord& record(std::uint32_t index);
  void void_candidates(const Reply& reply);
  void review_ending();
  void reopen(const Verdict& rejection);

  void review_suspicions(TimePoint now);
  [[nodiscard]] bool is_suspect(const Hop& hop) const;
  [[nodiscard]] TimePoint waited_for(const Hop& hop) const;
  [[nodiscard]] TimePoint suspicion_due(const Hop& hop) const;

  [[nodiscard]] TimePoint loss_known_at() const;
  [[nodiscard]] TimePoint retry_due(const Hop& hop) const;
  [[nodiscard]] TimePoint free_at() const;
  [[nodiscard]] TimePoint waits_since(const Hop& hop) const;
  [[nodiscard]] TimePoint ask_again_due(const Hop& hop) const;
  [[nodiscard]] TimePoint repeat_due(const Hop& hop) const;
  [[nodiscard]] TimePoint frontier_due() const;
  [[nodiscard]] TimePoint check_due() const;
  [[nodiscard]] TimePoint first_beyond(Ttl end) const;
  [[nodiscard]] TimePoint check_settles_at() const;
  [[nodiscard]] bool may_lose() const;
  [[nodiscard]] TimePoint tail_settles_at() const;
  [[nodiscard]] TimePoint rejection_settles_at() const;
  [[nodiscard]] Duration wait_for(const Hop& hop) const;
  [[nodiscard]] TimePoint settles_at(const Hop& hop) const;
  [[nodiscard]] bool is_past_end(Ttl ttl) const { return ending_ && ttl >= *ending_->ttl; }
  [[nodiscard]] bool is_settled(const Place& p) const { return !p.is_check && p.hop < settled_; }
  [[nodiscard]] bool are_all_refused() const;
  [[nodiscard]] bool needs_check() const;
  [[nodiscard]] bool needs_early_check() const;
  [[nodiscard]] Ttl check_ttl() const;
  [[nodiscard]] std::size_t hops_on_path() const;

  const Strategy& strategy_;
  Pacer& pacer_;  ///< all traces' together
  Timeouts timeouts_;
  Trace trace_;
  std::vector<Place> places_;
  std::optional<Verdict> ending_;
  std::optional<Verdict> rejection_;  ///< rule 2: not confirmed yet; empty where there is an ending
  std::optional<Ttl> nearer_;         ///< rule 7
  bool rejection_accepted_ = false;
  bool nearer_accepted_ = false;
  std::size_t reopened_ = 0;    ///< how many checks have refuted a rejection
  bool contradictory_ = false;  ///< see is_contradictory()
  bool only_resets_ = true;     ///< what can't be attributed and ends the path are RSTs alone
  int frontier_;                ///< the highest TTL asked in this sweep; first TTL - 1: none yet
  TimePoint frontier_time_;     ///< when it was last raised
  int reach_ = 0;               ///< the highest TTL that a hop answered
  TimePoint refutable_until_;   ///< until then another answer may refute that the path ends there
  TimePoint hold_;              ///< SYNs that may reach the target wait until then
  TimePoint last_beyond_;       ///< when the last SYN left that may have reached the target
  std::size_t settled_ = 0;
  bool done_ = false;
};

}  // namespace tracetcp
