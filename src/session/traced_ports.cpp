#include "session/traced_ports.hpp"

#include "session/all_of.hpp"
#include "session/own_control.hpp"
#include "session/run_diagnosis.hpp"
#include "session/watched_prober.hpp"

#include <tracetcp/audit.hpp>
#include <tracetcp/engine.hpp>
#include <tracetcp/error.hpp>

#include <algorithm>
#include <exception>
#include <optional>
#include <set>
#include <utility>
#include <vector>

namespace tracetcp {
namespace {

constexpr std::size_t most_kept = 1000;  // traces of one host
constexpr int enough_rounds = 2;

/// Takes finished traces, and shows nothing.
class Finished final : public Observer {
 public:
  explicit Finished(std::function<void(const Trace&)> take) : take_(std::move(take)) {}

  void begun(const Trace&) override {}
  void settled(const Trace&, const Hop&) override {}
  void finished(const Trace& trace) override { take_(trace); }

 private:
  const std::function<void(const Trace&)> take_;
};

class PortsRun {
 public:
  PortsRun(OpenedSession& session, const SessionOptions& options, PageTraces& page,
           const std::function<bool()>& interrupted, const TakePort& take)
      : session_(session),
        options_(options),
        page_(page),
        interrupted_(interrupted),
        source_{session.source, session.source_ports.first},
        prober_(session, options.tag_mode),
        strategy_(strategy_in(session, options.strategy)),
        diagnosis_(RunDiagnosis::Tell::each, options.ports.size(), std::nullopt,
                   [this, &take](Trace& trace) {
                     page_.take(trace, source_);
                     take(trace, counts_of(*prober_, late_),
                          asked_again_.contains(trace.target.port.value) ? 1 : 0);
                   }) {}

  void run(bool may_compare) {
    std::exception_ptr failure;
    try {
      trace_all();
      ask_silent_again();
      if (may_compare) compare();
    } catch (const Error&) {
      failure = std::current_exception();
    }
    for (Trace& trace : kept_) diagnosis_.take(std::move(trace));
    diagnosis_.finish();
    if (failure) std::rethrow_exception(failure);
  }

 private:
  void trace_all() {
    const bool keeps = options_.ports.size() <= most_kept;
    Finished all([&](const Trace& trace) {
      if (keeps) {
        kept_.push_back(trace);
      } else {
        diagnosis_.take(trace);
      }
    });
    const Job job{.target = session_.target, .ports = options_.ports};
    prober_.watch(all, nullptr, [&](Observer& observer, Meanwhile* beside) {
      tracetcp::run(*prober_, strategy_, job, observer, interrupted_, late_, beside);
    });
  }

  void ask_silent_again() {
    PortList ports;
    for (const Trace& trace : kept_) {
      const bool is_silent = trace.verdict.state == State::silent && !trace.cut_short();
      if (!is_silent || rounds_of_silence(trace) >= enough_rounds) continue;
      ports.add(trace.target.port, trace.target.port);
    }
    if (ports.size() == 0 || interrupted_()) return;
    Finished again([&](const Trace& trace) {
      if (trace.cut_short()) return;
      asked_again_.insert(trace.target.port.value);
      for (Trace& before : kept_) {
        if (before.target.port != trace.target.port) continue;
        const std::uint32_t syns = before.syns_sent;
        before = trace;
        before.syns_sent += syns;
      }
    });
    tracetcp::run(*prober_, strategy_, {.target = session_.target, .ports = ports}, again,
                  interrupted_, late_);
  }

  void compare() {
    const auto is_open = [](const Trace& trace) { return trace.verdict.state == State::open; };
    if (kept_.empty() || interrupted_()) return;
    if (kept_.size() > 1 && std::any_of(kept_.begin(), kept_.end(), is_open)) return;
    AllOf nothing({});
    OwnControl({.prober = *prober_,
                .strategy = strategy_,
                .source = source_,
                .meanwhile = nothing,
                .diagnosis = diagnosis_,
                .page = page_,
                .interrupted = interrupted_,
                .late = late_})
        .compare(kept_.front());
  }

  OpenedSession& session_;
  const SessionOptions& options_;
  PageTraces& page_;
  const std::function<bool()>& interrupted_;
  const Endpoint source_;
  const WatchedProber prober_;
  const Strategy strategy_;
  Tally late_;
  std::set<std::uint16_t> asked_again_;
  std::vector<Trace> kept_;
  RunDiagnosis diagnosis_;
};

}  // namespace

void trace_ports(OpenedSession& session, const SessionOptions& options, bool may_compare,
                 PageTraces& page, const std::function<bool()>& interrupted, const TakePort& take) {
  try {
    PortsRun(session, options, page, interrupted, take).run(may_compare);
  } catch (const NotSeenLeaving&) {
    session.use_sockets(session);
    PortsRun(session, options, page, interrupted, take).run(may_compare);
  }
}

}  // namespace tracetcp
