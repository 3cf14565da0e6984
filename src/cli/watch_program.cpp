#include "cli/watch_program.hpp"

#include "cli/held_back.hpp"
#include "cli/reports.hpp"
#include "cli/status.hpp"
#include "cli/watch_live.hpp"
#include "drive/driver.hpp"
#include "metrics/metrics_server.hpp"
#include "platform/interrupt.hpp"
#include "platform/output.hpp"
#include "platform/real_time.hpp"
#include "platform/waker.hpp"
#include "report/watch_json.hpp"
#include "report/watch_text.hpp"
#include "session/all_of.hpp"
#include "session/watched_prober.hpp"
#include "watch/one_flow_prober.hpp"
#include "watch/watch_record.hpp"
#include "watch/watch_rounds.hpp"

#include <tracetcp/diagnose.hpp>
#include <tracetcp/engine.hpp>

#include <fmt/core.h>

#include <algorithm>
#include <chrono>
#include <memory>
#include <vector>

namespace tracetcp::cli {
namespace {

/// Writes what a watch finds out to standard output.
class WatchOutput {
 public:
  WatchOutput(const Options& options, const RunInfo& info, const Names& names)
      : names_(names),
        json_(options.format == Format::json ? report_for(Format::json, info, names) : nullptr) {}

  void round(const WatchRecord& record, const std::vector<WatchEvent>& events,
             const RunCounts& counts) {
    std::string text;
    if (json_ != nullptr) {
      text = round_json(*json_, *record.latest(), counts, record);
    } else if (record.rounds() == 1) {
      text = start_line(record, names_);
    }
    for (const WatchEvent& event : events) {
      text += json_ != nullptr ? event_json(event) : event_line(event);
    }
    if (!text.empty()) write_out(text);
  }

  void close(const WatchRecord& record) {
    if (json_ == nullptr && record.rounds() != 0) write_out(figures_table(record, names_));
  }

 private:
  const Names& names_;
  std::unique_ptr<Report> json_;
};

/// Takes the rounds as they end.
class WatchObserver final : public Observer {
 public:
  struct Parts {
    WatchRecord& record;
    WatchRounds& rounds;
    WatchOutput& output;
    WatchLive* live;         ///< null: what is found out is printed
    MetricsServer* metrics;  ///< null: none are served
    std::string name;        ///< of the target
    std::string method;
    std::function<RunCounts()> counts;
  };
  explicit WatchObserver(Parts parts) : parts_(std::move(parts)) {}

  void begun(const Trace&) override {}
  void settled(const Trace&, const Hop&) override {}
  void finished(const Trace& trace) override {
    parts_.rounds.learn(trace);
    // A round that was cut short says nothing of what it did not wait for, unless it is all there
    // is.
    if (trace.cut_short() && parts_.record.rounds() != 0) return;
    Trace diagnosed = trace;
    diagnosed.diagnosis = diagnose(digest(trace), {});
    const auto events = parts_.record.add(diagnosed);
    if (parts_.metrics != nullptr) {
      parts_.metrics->take({.record = parts_.record,
                            .name = parts_.name,
                            .method = parts_.method,
                            .counts = parts_.counts()},
                           events);
    }
    if (parts_.live != nullptr) return parts_.live->take(events);
    parts_.output.round(parts_.record, events, parts_.counts());
  }

 private:
  Parts parts_;
};

/// Asks for the names of those that answer, and has the screen drawn.
class AsksNames final : public Meanwhile {
 public:
  AsksNames(Names& names, WatchLive* live) : names_(names), live_(live) {}

  void heard(Address from) override { names_.ask(from); }
  TimePoint tick(TimePoint now) override { return live_ == nullptr ? never : live_->tick(now); }

 private:
  Names& names_;
  WatchLive* live_;  ///< null: there is none
};

/// Holds a simulated network back for those who scrape its metrics, where no screen does.
class HoldsBack final : public Meanwhile {
 public:
  TimePoint tick(TimePoint now) override {
    constexpr Duration look_after = std::chrono::seconds(1);  // should a signal come just before
    for (Duration ahead = held_back_.ahead(now); ahead > Duration{} && !Interrupt::requested();
         ahead = held_back_.ahead(now)) {
      wait_notified(waker_, clock_.now() + std::min(ahead, look_after), clock_);
    }
    return never;
  }

 private:
  HeldBack held_back_;
  const Waker waker_;  // never notified: a signal ends the wait
  const SteadyRealTime clock_;
};

std::unique_ptr<MetricsServer> metrics_for(const Options& options) {
  if (!options.metrics) return nullptr;
  auto metrics = serve_metrics(*options.metrics);
  write_error(fmt::format("tracetcp: metrics at {}\n", metrics->url()));
  return metrics;
}

}  // namespace

int watch_in(OpenedSession& session, bool has_screen, const Options& options, const RunInfo& info,
             const std::function<bool()>& interrupted) {
  const WatchedProber prober(session, options.tag_mode);
  OneFlowProber one_flow(*prober);
  const Strategy strategy = strategy_in(session, options.strategy);
  WatchRounds rounds(strategy, {.target = {session.target, options.ports.front()},
                                .every = options.every,
                                .rounds = options.rounds,
                                .may_overlap = !session.one_outstanding});
  WatchRecord record(*session.names);
  WatchOutput output(options, info, *session.names);
  Tally late;
  const auto metrics = metrics_for(options);
  std::unique_ptr<WatchLive> live;
  if (has_screen) {
    live = std::make_unique<WatchLive>(WatchLive::Parts{.record = record,
                                                        .rounds = rounds,
                                                        .names = *session.names,
                                                        .info = info,
                                                        .options = options,
                                                        .target = session.target});
  }
  WatchObserver observer(
      {.record = record,
       .rounds = rounds,
       .output = output,
       .live = live.get(),
       .metrics = metrics.get(),
       .name = info.target_name.empty() ? session.target.text() : info.target_name,
       .method = info.method,
       .counts = [&] { return counts_of(*prober, late); }});
  AsksNames names(*session.names, live.get());
  HoldsBack holds_back;
  std::vector<Meanwhile*> all{&names};
  const bool is_simulated = !options.sim_file.empty();
  if (metrics != nullptr && is_simulated && live == nullptr) all.push_back(&holds_back);
  AllOf beside(std::move(all));
  const auto is_over = [&] { return interrupted() || (live != nullptr && live->is_quit()); };
  Outcome outcome;
  outcome.attempt([&] {
    prober.watch(observer, &beside, [&](Observer& watched, Meanwhile* meanwhile) {
      Sink sink{.observer = watched, .late = late};
      sink.heard = [&](Address from) { meanwhile->heard(from); };
      Driver driver(one_flow, rounds, sink);
      drive(driver, one_flow, is_over, meanwhile);
    });
  });
  live.reset();
  outcome.attempt([&] { output.close(record); });
  if (options.verbose) tell(session, counts_of(*prober, late));
  outcome.attempt([&] {
    if (session.recording != nullptr) session.recording->finish();
  });
  const int status = outcome.conclude();
  return interrupted() ? graver(status, interrupted_status) : status;
}

}  // namespace tracetcp::cli
