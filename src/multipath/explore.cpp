#include "drive/driver.hpp"
#include "multipath/explorer.hpp"
#include "multipath/reported_hops.hpp"
#include "multipath/result.hpp"

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

  [[nodiscard]] std::optional<Trace>& trace() { return trace_; }

 private:
  Observer& shown_;
  std::optional<Trace> trace_;
};

/// The search for all paths after the trace of the first flow.
class PathsTask final : public Task {
 public:
  /// `source`: where the first flow leaves from.
  PathsTask(const Strategy& strategy, const Trace& first, Endpoint source, Observer& observer,
            TimePoint now)
      : source_(source),
        first_(first),
        notices_(first.notices),
        strays_(first.strays),
        explorer_(first, strategy, now),
        reported_hops_(observer) {}

  [[nodiscard]] std::uint32_t ids() const override { return most_flows; }

  void next(TimePoint now, std::vector<Probe>& due) override {
    while (auto probe = explorer_.next(now)) due.push_back(*probe);
  }
  std::optional<Reason> on(const Reply& reply) override {
    if (reply.kind == ReplyKind::notice) notices_.add(reply);
    if (reply.kind == ReplyKind::stray) strays_.add(*reply.stray);
    return explorer_.on(reply) ? std::nullopt : std::optional(Reason::late);
  }
  void settle(TimePoint now) override { explorer_.settle(now); }
  [[nodiscard]] TimePoint wake() const override { return explorer_.wake(); }
  [[nodiscard]] bool done() const override { return is_cut_short_ || explorer_.done(); }
  void cut_short(TimePoint /*now*/, EndedBy by) override {
    if (explorer_.done()) return;
    is_cut_short_ = true;
    (by == EndedBy::user ? first_.interrupted : first_.failed) = true;
  }

  void begin(Observer& /*observer*/) override {}  // the first flow's trace was
  void report(Observer& observer, TimePoint now) override {
    constexpr Duration often_enough = std::chrono::milliseconds(100);  // it costs time to find out
    if (done() || now < shown_at_ + often_enough) return;
    shown_at_ = now;
    const Trace trace = all_paths(now);
    observer.progressed(trace);
    reported_hops_.report(trace);
  }
  void finish(Observer& observer, Prober& prober) override {
    if (first_.hops.empty()) {
      observer.finished(first_);
      return;
    }
    const Trace trace = all_paths(prober.now());
    reported_hops_.report_all(trace);
    observer.finished(trace);
  }

 private:
  /// The first flow's trace with what is known by now.
  [[nodiscard]] Trace all_paths(TimePoint now) const {
    Trace trace = first_;
    trace.ended = now;
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
    return trace;
  }

  const Endpoint source_;
  Trace first_;
  Notices notices_;  // of all flows
  Strays strays_;    // of all flows
  Explorer explorer_;
  ReportedHops reported_hops_;
  TimePoint shown_at_{};
  bool is_cut_short_ = false;
};

}  // namespace

void run_paths(Prober& prober, const Strategy& strategy, const Job& job, Endpoint source,
               Observer& observer, const std::function<bool()>& interrupted, Tally& late,
               Meanwhile* meanwhile) {
  FirstFlow first(observer);
  const Job one_port{.target = job.target, .ports = PortList(job.ports.front())};
  const auto paths_from = [&](const Trace& trace) {
    return PathsTask(strategy, trace, source, observer, prober.now());
  };
  try {
    run(prober, strategy, one_port, first, interrupted, late, meanwhile);
  } catch (const Error&) {
    if (first.trace()) paths_from(*first.trace()).finish(observer, prober);
    throw;
  }
  if (!first.trace()) return;
  if (first.trace()->verdict.state == State::unknown) {
    observer.finished(*first.trace());  // more flows would not leave this machine either
    return;
  }
  PathsTask paths = paths_from(*first.trace());
  OneTask source_of_it(paths);
  Sink sink{.observer = observer, .late = late};
  if (meanwhile != nullptr) sink.heard = [&](Address from) { meanwhile->heard(from); };
  Driver driver(prober, source_of_it, sink);
  drive(driver, prober, interrupted, meanwhile);
}

}  // namespace tracetcp
