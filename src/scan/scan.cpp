#include "drive/driver.hpp"
#include "identity/keyed.hpp"
#include "prober/packet_prober.hpp"
#include "scan/scanner.hpp"
#include "tracer/judge.hpp"

#include <tracetcp/error.hpp>
#include <tracetcp/scan.hpp>

#include <memory>
#include <optional>
#include <vector>

namespace tracetcp {
namespace {

/// All ports of a scan: to the prober a trace each, numbered by the port.
class ScanTask final : public Task {
 public:
  ScanTask(Prober& prober, const Strategy& strategy, const Job& job)
      : prober_(prober), strategy_(strategy), job_(job), scanner_(strategy, job, prober.now()) {}

  [[nodiscard]] std::uint32_t ids() const override { return 65536; }

  [[nodiscard]] bool is_always_due() const override { return true; }

  void next(TimePoint now, std::vector<Probe>& due) override { scanner_.next(now, due); }
  void sent(const SentProbe& probe) override { scanner_.sent(probe); }
  std::optional<Reason> on(const Reply& reply) override {
    if (scanner_.on(reply)) return std::nullopt;
    const Port port{static_cast<std::uint16_t>(reply.trace)};
    return scanner_.is_under_way(port) ? Reason::duplicate : Reason::late;
  }
  void settle(TimePoint now) override { scanner_.settle(now); }
  [[nodiscard]] TimePoint wake() const override { return scanner_.wake(); }
  [[nodiscard]] bool done() const override { return is_cut_short_ || scanner_.done(); }
  /// What was answered by then is reported.
  void cut_short(TimePoint /*now*/, EndedBy /*by*/) override {
    is_cut_short_ = true;
    scanner_.settle_held();
  }

  void begin(Observer& /*observer*/) override {}  // each port is one trace
  void report(Observer& observer, TimePoint /*now*/) override {
    while (!scanner_.under_way().empty()) {
      if (scanner_.under_way().front().settled) {
        report(observer, scanner_.under_way().front());
      } else if (is_cut_short_) {
        scanner_.pop(State::incomplete);
      } else {
        return;
      }
    }
  }
  void finish(Observer& /*observer*/, Prober& /*prober*/) override {}

  [[nodiscard]] ScanProgress progress(TimePoint now) const { return scanner_.progress(now); }

 private:
  void report(Observer& observer, const PortRecord& record) {
    Trace trace = trace_of(record, job_, strategy_.first_ttl, strategy_.probes_per_hop);
    if (trace.verdict.state == State::unknown) {
      prober_.complete(trace);
      if (!trace.refusal) trace.verdict = judge(trace);
    }
    observer.begun(trace);
    observer.settled(trace, trace.hops.front());
    observer.finished(trace);
    scanner_.pop(trace.verdict.state);
  }

  Prober& prober_;
  const Strategy& strategy_;
  const Job job_;
  Scanner scanner_;
  bool is_cut_short_ = false;
};

/// Reports how far the scan is after every step.
class WithProgress final : public Meanwhile {
 public:
  WithProgress(Meanwhile* other, const ScanTask& task, const ScanHooks& hooks)
      : other_(other), task_(task), hooks_(hooks) {}

  void heard(Address from) override {
    if (other_ == nullptr || from == heard_) return;
    heard_ = from;
    other_->heard(from);
  }
  TimePoint tick(TimePoint now) override { return other_ == nullptr ? never : other_->tick(now); }
  void stepped(TimePoint now) override { hooks_.progress(task_.progress(now)); }

 private:
  Meanwhile* other_;
  const ScanTask& task_;
  const ScanHooks& hooks_;
  Address heard_;  // the last that answered
};

}  // namespace

void scan(Link& link, const ScanOrigin& origin, const Strategy& strategy, const Job& job,
          Observer& observer, const ScanHooks& hooks) {
  PacketProber prober(
      link, std::make_unique<KeyedIdentity>(origin, job, strategy.first_ttl, hooks.ignored),
      hooks.why_unsent);
  ScanTask task(prober, strategy, job);
  WithProgress meanwhile(hooks.meanwhile, task, hooks);
  OneTask source(task);
  Driver driver(prober, source,
                {.observer = observer, .late = hooks.ignored, .heard = [&](Address from) {
                   meanwhile.heard(from);
                 }});
  try {
    drive(driver, prober, hooks.interrupted, &meanwhile);
  } catch (const Error&) {
    hooks.progress(task.progress(prober.now()));
    throw;
  }
  hooks.progress(task.progress(prober.now()));
}

}  // namespace tracetcp
