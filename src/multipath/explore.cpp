#include "multipath/explorer.hpp"
#include "multipath/result.hpp"
#include "tracer/wait_for.hpp"

#include <tracetcp/engine.hpp>
#include <tracetcp/error.hpp>

#include <algorithm>
#include <vector>

namespace tracetcp {
namespace {

/// Keeps the trace of the first flow, which is shown only when all paths are known.
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
  Exploration(Prober& prober, const Strategy& strategy, const Trace& first, Observer& observer,
              Tally& late)
      : prober_(prober),
        observer_(observer),
        late_(late),
        notices_(first.notices),
        strays_(first.strays),
        explorer_(first, strategy, prober.now()) {}

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
  }

  /// Adds to the first flow's trace what is known by now, and reports on it.
  void finish(Trace& trace, Endpoint source) {
    if (!trace.hops.empty()) add_to(trace, source);
    observer_.finished(trace);
  }

 private:
  void add_to(Trace& trace, Endpoint source) {
    trace.ended = prober_.now();
    trace.notices = notices_;
    trace.strays = strays_;
    trace.syns_sent += explorer_.syns_sent();
    const FlowTable table = explorer_.table();
    std::vector<Port> ports;
    for (std::size_t flow = 0; flow < table.size(); ++flow) {
      ports.push_back(Port{static_cast<std::uint16_t>(source.port.value + flow)});
    }
    trace.paths = multipath_of(table, source.address, std::move(ports));
    trace.paths->exhausted = explorer_.exhausted() && !trace.paths->complete;
  }

  Prober& prober_;
  Observer& observer_;
  Tally& late_;
  Notices notices_;  ///< of all flows
  Strays strays_;    ///< of all flows
  Explorer explorer_;
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
      Exploration(prober, strategy, *first.trace(), observer, late).finish(*first.trace(), source);
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
  Exploration exploration(prober, strategy, trace, observer, late);
  try {
    while (!exploration.done() && !interrupted()) exploration.step();
  } catch (const Error&) {
    trace.failed = true;
    exploration.finish(trace, source);
    throw;
  }
  trace.interrupted = trace.interrupted || !exploration.done();
  exploration.finish(trace, source);
  wait_for(observer, prober, interrupted);
}

}  // namespace tracetcp
