#include "prober/unsent.hpp"
#include "scan/scan_codec.hpp"
#include "scan/scanner.hpp"
#include "tracer/judge.hpp"

#include <tracetcp/error.hpp>
#include <tracetcp/scan.hpp>

#include <algorithm>
#include <vector>

namespace tracetcp {
namespace {

/// A Scanner over a link.
class ScanRun {
 public:
  ScanRun(Link& link, const ScanOrigin& origin, const Strategy& strategy, const Job& job,
          Observer& observer, const ScanHooks& hooks)
      : link_(link),
        strategy_(strategy),
        job_(job),
        observer_(observer),
        hooks_(hooks),
        codec_(origin, job, strategy.first_ttl),
        scanner_(strategy, job, link.now()) {}

  [[nodiscard]] bool done() const { return scanner_.done(); }

  void step() {
    TimePoint now = link_.now();
    const TimePoint observer_wake = observer_.tick(now);
    send(now);
    for (const Frame& frame : link_.wait(std::min(scanner_.wake(), observer_wake))) take(frame);
    now = link_.now();
    scanner_.settle(now);
    hand_over();
    hooks_.progress(scanner_.progress(now));
  }

  void interrupt() {
    scanner_.settle_held();
    while (!scanner_.under_way().empty()) {
      hand_over();
      if (!scanner_.under_way().empty()) scanner_.pop(State::incomplete);
    }
    hooks_.progress(scanner_.progress(link_.now()));
  }

 private:
  void send(TimePoint now) {
    due_.clear();
    scanner_.next(now, due_);
    if (!due_.empty()) link_.send(codec_.encode(due_));
  }

  void take(const Frame& frame) {
    const ScanEvent event = codec_.decode(frame);
    if (const auto* sent = std::get_if<ScanSent>(&event)) {
      scanner_.sent(sent->syn, sent->time, sent->translation);
    } else if (const auto* answer = std::get_if<ScanAnswer>(&event)) {
      take(*answer);
    } else if (const auto* stray = std::get_if<ScanStray>(&event)) {
      scanner_.note(*stray);
      hooks_.ignored.add(reason_of(stray->stray.kind));
    } else {
      hooks_.ignored.add(std::get<Reason>(event));
    }
  }

  void take(const ScanAnswer& answer) {
    if (answer.kind != ReplyKind::notice && scanner_.on(answer)) {
      if (answer.from != heard_) observer_.heard(answer.from);
      heard_ = answer.from;
    } else {
      hooks_.ignored.add(scanner_.is_under_way(answer.syn.port) ? Reason::duplicate : Reason::late);
    }
  }

  void hand_over() {
    while (!scanner_.under_way().empty() && scanner_.under_way().front().settled) {
      Trace trace = trace_of(scanner_.under_way().front(), job_, strategy_.first_ttl,
                             strategy_.probes_per_hop);
      if (trace.verdict.state == State::unknown) {
        explain_silence(trace, [this] { return why_unsent(link_, hooks_.why_unsent); });
        doubt_unseen(trace, link_.stats());
        if (!trace.refusal) trace.verdict = judge(trace);
      }
      observer_.begun(trace);
      observer_.settled(trace, trace.hops.front());
      observer_.finished(trace);
      scanner_.pop(trace.verdict.state);
    }
  }

  Link& link_;
  const Strategy& strategy_;
  const Job job_;
  Observer& observer_;
  const ScanHooks& hooks_;
  ScanCodec codec_;
  Scanner scanner_;
  std::vector<ScanSyn> due_;
  Address heard_;  // the last that answered
};

}  // namespace

void scan(Link& link, const ScanOrigin& origin, const Strategy& strategy, const Job& job,
          Observer& observer, const ScanHooks& hooks) {
  ScanRun run(link, origin, strategy, job, observer, hooks);
  try {
    while (!run.done() && !hooks.interrupted()) run.step();
  } catch (const Error&) {
    run.interrupt();
    throw;
  }
  if (!run.done()) run.interrupt();
  while (!hooks.interrupted()) {
    const TimePoint until = observer.tick(link.now());  // may be the last thing it had to do
    if (observer.idle()) return;
    link.wait(until);
  }
}

}  // namespace tracetcp
