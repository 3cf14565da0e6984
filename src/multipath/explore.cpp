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

/// What distinguishes the flows of a search.
enum class Varied : std::uint8_t {
  ports,  ///< of the source
  labels,
};

/// The search for all paths after the trace of the first flow.
class PathsTask final : public Task {
 public:
  /// `source`: where the first flow leaves from. `may_go_on`: nothing is reported where other ports
  /// change nothing, as labels are varied next.
  PathsTask(const Strategy& strategy, const Trace& first, Endpoint source, Observer& observer,
            TimePoint now, Varied varied, bool may_go_on)
      : source_(source),
        varied_(varied),
        may_go_on_(may_go_on),
        first_(first),
        notices_(first.notices),
        strays_(first.strays),
        explorer_(first, strategy, now, varied == Varied::labels ? first_label_flow : 0),
        reported_hops_(observer) {}

  [[nodiscard]] std::uint32_t ids() const override { return first_label_flow + most_flows; }

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
    if (!may_go_on_) reported_hops_.report(trace);
  }
  void finish(Observer& observer, Prober& prober) override {
    if (first_.hops.empty()) {
      observer.finished(first_);
      return;
    }
    const Trace trace = all_paths(prober.now());
    if (goes_on()) return;
    reported_hops_.report_all(trace);
    observer.finished(trace);
  }

  /// Once it is done: whether nothing was reported, as ports change nothing.
  [[nodiscard]] bool goes_on() const {
    if (!may_go_on_ || is_cut_short_ || first_.hops.empty()) return false;
    const Multipath paths = multipath_of(explorer_.table(), source_.address, all_ports());
    return paths.complete && paths.paths == 1;
  }

  /// The first flow's trace with all that was counted.
  [[nodiscard]] Trace counted() const {
    Trace trace = first_;
    trace.notices = notices_;
    trace.strays = strays_;
    trace.syns_sent += explorer_.syns_sent();
    return trace;
  }

 private:
  /// Of the flows, by their number.
  [[nodiscard]] std::vector<Port> all_ports() const {
    std::vector<Port> ports;
    const std::uint32_t first_id = varied_ == Varied::labels ? first_label_flow : 0;
    for (std::uint32_t flow = 0; flow < explorer_.flows(); ++flow) {
      const std::uint32_t place = flow == 0 ? 0 : (first_id + flow) % most_flows;
      ports.push_back(Port{static_cast<std::uint16_t>(source_.port.value + place)});
    }
    return ports;
  }

  /// The first flow's trace with what is known by now.
  [[nodiscard]] Trace all_paths(TimePoint now) const {
    Trace trace = counted();
    trace.ended = now;
    trace.paths = multipath_of(explorer_.table(), source_.address, all_ports());
    trace.paths->syns_sent = trace.syns_sent;
    trace.paths->by_label = varied_ == Varied::labels && trace.paths->paths > 1;
    trace.paths->exhausted = explorer_.exhausted() && !trace.paths->complete;
    return trace;
  }

  const Endpoint source_;
  const Varied varied_;
  const bool may_go_on_;
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
  const bool has_labels = job.target.family() == Family::ipv6;
  const auto paths_from = [&](const Trace& trace, Varied varied, bool may_go_on) {
    return PathsTask(strategy, trace, source, observer, prober.now(), varied, may_go_on);
  };
  try {
    run(prober, strategy, one_port, first, interrupted, late, meanwhile);
  } catch (const Error&) {
    if (first.trace()) paths_from(*first.trace(), Varied::ports, false).finish(observer, prober);
    throw;
  }
  if (!first.trace()) return;
  if (first.trace()->verdict.state == State::unknown) {
    observer.finished(*first.trace());  // more flows would not leave this machine either
    return;
  }
  const auto search = [&](PathsTask& paths) {
    OneTask source_of_it(paths);
    Sink sink{.observer = observer, .late = late};
    if (meanwhile != nullptr) sink.heard = [&](Address from) { meanwhile->heard(from); };
    Driver driver(prober, source_of_it, sink);
    drive(driver, prober, interrupted, meanwhile);
  };
  PathsTask by_ports = paths_from(*first.trace(), Varied::ports, has_labels);
  search(by_ports);
  if (!by_ports.goes_on()) return;
  PathsTask by_labels = paths_from(by_ports.counted(), Varied::labels, false);
  search(by_labels);
}

}  // namespace tracetcp
