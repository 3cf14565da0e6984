#include "multipath/explorer.hpp"
#include "multipath/result.hpp"
#include "multipath/told_hops.hpp"
#include "tracer/wait_for.hpp"

#include <tracetcp/engine.hpp>
#include <tracetcp/error.hpp>

#include <algorithm>
#include <vector>

namespace tracetcp {
namespace {

/// Keeps the trace of the first flow, whose hops are shown with those of all paths.
class FirstFlow final : public Observer {
 public:
  explicit FirstFlow(Observer& shown) : shown_(shown) {}

  void begun(const Trace& trace) override { shown_.begun(trace); }
  void progressed(const Trace& trace) override { shown_.progressed(trace); }
  void settled(const Trace&, const Hop&) override {}
  void finished(const Trace& trace) override { trace_ = trace; }
  void heard(Address from) override { shown_.heard(from); }
  TimePoint tick(TimePoint now) override { return shown_.tick(now); }
  [[nodiscard]] bool idle() const override { return true; }

  [[nodiscard]] std::optional<Trace>& trace() { return trace_; }

 private:
  Observer& shown_;
  std::optional<Trace> trace_;
};

/// An Explorer over a prober.
class Exploration {
 public:
  /// `source`: where the first flow leaves from.
  Exploration(Prober& prober, const Strategy& strategy, const Trace& first, Endpoint source,
              Observer& observer, Tally& late)
      : prober_(prober),
        source_(source),
        observer_(observer),
        late_(late),
        first_(first),
        notices_(first.notices),
        strays_(first.strays),
        explorer_(first, strategy, prober.now()),
        told_(observer) {}

  [[nodiscard]] bool done() const { return explorer_.done(); }

  void step() {
    const TimePoint now = prober_.now();
    std::vector<Probe> due;
    while (auto probe = explorer_.next(now)) due.push_back(*probe);
    if (!due.empty()) prober_.send(due);
    const TimePoint until = std::min(explorer_.wake(), observer_.tick(now));
    for (const Reply& reply : prober_.wait(until)) {
      if (reply.kind != ReplyKind::stray) observer_.heard(reply.from);
      if (reply.kind == ReplyKind::notice) notices_.add(reply);
      if (reply.kind == ReplyKind::stray) strays_.add(*reply.stray);
      if (!explorer_.on(reply)) late_.add(Reason::late);
    }
    explorer_.settle(prober_.now());
    if (!explorer_.done()) show(prober_.now());
  }

  /// Adds to the first flow's trace what is known by now, and reports on it.
  void finish(Trace& trace) {
    if (!trace.hops.empty()) {
      add_to(trace);
      told_.tell_all(trace);
    }
    observer_.finished(trace);
  }

 private:
  /// What is certain by now.
  void show(TimePoint now) {
    constexpr Duration often_enough = std::chrono::milliseconds(100);  // it costs time to find out
    if (now < shown_at_ + often_enough) return;
    shown_at_ = now;
    Trace trace = first_;
    add_to(trace);
    observer_.progressed(trace);
    told_.tell(trace);
  }

  void add_to(Trace& trace) const {
    trace.ended = prober_.now();
    trace.notices = notices_;
    trace.strays = strays_;
    trace.syns_sent += explorer_.syns_sent();
    const FlowTable table = explorer_.table();
    std::vector<Port> ports;
    for (std::size_t flow = 0; flow < table.size(); ++flow) {
      ports.push_back(Port{static_cast<std::uint16_t>(source_.port.value + flow)});
    }
    trace.paths = multipath_of(table, source_.address, std::move(ports));
    trace.paths->exhausted = explorer_.exhausted() && !trace.paths->complete;
  }

  Prober& prober_;
  const Endpoint source_;
  Observer& observer_;
  Tally& late_;
  const Trace first_;
  Notices notices_;  ///< of all flows
  Strays strays_;    ///< of all flows
  Explorer explorer_;
  ToldHops told_;
  TimePoint shown_at_{};
};

}  // namespace

void run_paths(Prober& prober, const Strategy& strategy, const Job& job, Endpoint source,
               Observer& observer, const std::function<bool()>& interrupted, Tally& late) {
  FirstFlow first(observer);
  const Job one_port{.target = job.target, .ports = PortList(job.ports.front())};
  try {
    run(prober, strategy, one_port, first, interrupted, late);
  } catch (const Error&) {
    if (first.trace()) {
      Exploration(prober, strategy, *first.trace(), source, observer, late).finish(*first.trace());
    }
    throw;
  }
  if (!first.trace()) return;
  Trace trace = *std::move(first.trace());
  if (trace.verdict.state == State::unknown) {  // more flows would not leave this machine either
    observer.finished(trace);
    wait_for(observer, prober, interrupted);
    return;
  }
  Exploration exploration(prober, strategy, trace, source, observer, late);
  try {
    while (!exploration.done() && !interrupted()) exploration.step();
  } catch (const Error&) {
    trace.failed = true;
    exploration.finish(trace);
    throw;
  }
  trace.interrupted = trace.interrupted || !exploration.done();
  exploration.finish(trace);
  wait_for(observer, prober, interrupted);
}

}  // namespace tracetcp
