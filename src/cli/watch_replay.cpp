#include "cli/watch_replay.hpp"

#include "capture/pipeline.hpp"
#include "cli/program.hpp"
#include "cli/status.hpp"
#include "cli/watch_live.hpp"
#include "cli/watch_observer.hpp"
#include "cli/watch_output.hpp"
#include "cli/whole_file.hpp"
#include "platform/confine.hpp"
#include "platform/interrupt.hpp"
#include "platform/output.hpp"
#include "platform/real_time.hpp"
#include "watch/recorded_rounds.hpp"

#include <tracetcp/dns.hpp>
#include <tracetcp/error.hpp>

#include <fmt/core.h>

#include <algorithm>
#include <cstddef>
#include <memory>
#include <string>
#include <utility>
#include <vector>

namespace tracetcp::cli {
namespace {

/// Keeps all rounds of a capture.
class CollectsRounds final : public TraceSink {
 public:
  void take(TraceAssembly& found, const RunCounts& /*counts*/) override {
    const FoundTrace one = found.trace(false, spare_);
    sources_.push_back(one.source);
    for (Trace& round : rounds_of(one.trace)) rounds_.push_back(std::move(round));
  }
  void tick() override {}
  [[nodiscard]] TimePoint due() const override { return never; }
  void finish(const RunCounts& counts, const std::vector<Summary>& /*summaries*/) override {
    counts_ = counts;
    std::stable_sort(rounds_.begin(), rounds_.end(),
                     [](const Trace& one, const Trace& other) { return one.ended < other.ended; });
  }

  [[nodiscard]] const std::vector<Trace>& rounds() const { return rounds_; }
  [[nodiscard]] const RunCounts& counts() const { return counts_; }
  [[nodiscard]] Endpoint source() const { return sources_.empty() ? Endpoint{} : sources_.front(); }

 private:
  SpareMemory spare_;
  std::vector<Trace> rounds_;
  std::vector<Endpoint> sources_;
  RunCounts counts_;
};

/// The rounds so far, by a clock of their own.
class Replay final : public Replayed {
 public:
  using Take = std::function<void(const Trace&)>;
  Replay(const std::vector<Trace>& rounds, std::function<void()> forget, Take take)
      : rounds_(rounds), forget_(std::move(forget)), take_(std::move(take)) {
    began_ = rounds.front().started;
    for (const Trace& round : rounds) began_ = std::min(began_, round.started);
  }

  /// That much real time has passed.
  void pass(Duration time) {
    if (!paused_) {
      at_ += std::chrono::duration_cast<Duration>(std::chrono::duration<double>(time) * speed_);
    }
    at_ = std::min(at_, length());
    for (; next_ < rounds_.size() && rounds_[next_].ended - began_ <= at_; ++next_) {
      take_(rounds_[next_]);
    }
  }

  [[nodiscard]] TimePoint now() const { return began_ + at_; }
  [[nodiscard]] TimePoint began() const { return began_; }

  void pause(bool paused) override { paused_ = paused; }
  void seek(Duration by) override {
    if (by < Duration{}) {  // what is known has no way back
      forget_();
      next_ = 0;
    }
    at_ = std::clamp(at_ + by, Duration{}, length());
  }
  void change_speed(double factor) override {
    speed_ = std::clamp(speed_ * factor, slowest, fastest);
  }
  [[nodiscard]] ReplayState state() const override {
    return {.speed = speed_, .at = at_, .length = length()};
  }

 private:
  static constexpr double slowest = 0.125;
  static constexpr double fastest = 1024;

  [[nodiscard]] Duration length() const { return rounds_.back().ended - began_; }

  const std::vector<Trace>& rounds_;
  const std::function<void()> forget_;
  const Take take_;
  TimePoint began_{};
  Duration at_{};
  std::size_t next_ = 0;
  double speed_ = 1;
  bool paused_ = false;
};

Selection selection_of(const Options& options) {
  Selection selection{.all_paths = false};
  if (!options.host.empty()) selection.targets = resolve_host(options.host, options.family);
  if (options.ports_given) selection.ports = options.ports;
  return selection;
}

void add_targets(const CollectsRounds& found, const Options& options, const Networks* networks,
                 AllWatched& all) {
  const std::string name = Address::parse(options.host) ? "" : options.host;
  for (const Trace& round : found.rounds()) {
    if (all.find(round.target) != nullptr) continue;
    const std::string host = name.empty() ? round.target.address.text() : name;
    all.add({.target = round.target,
             .label = label_of(host, round.target),
             .host = host,
             .info = {.target_name = name,
                      .method = "capture",
                      .source = found.source(),
                      .max_hops = options.strategy.max_hops,
                      .probes_per_hop = options.strategy.probes_per_hop,
                      .precise = options.precise,
                      .networks = networks},
             .own_names = nullptr});
  }
}

void show(const CollectsRounds& found, const Options& options, const Networks* networks,
          Names& names, const WatchOutput& output, AllWatched& all) {
  std::unique_ptr<WatchLive> live;
  std::unique_ptr<WatchObserver> observer;
  Replay replay(
      found.rounds(),
      [&] {
        for (Watched& one : all.all()) one.record = {};
        live->forget_events();
      },
      [&](const Trace& round) {
        for (const Hop& hop : round.path()) {
          for (const ProbeRecord& probe : hop.probes) {
            if (const Reply* answer = probe.answer()) names.ask(answer->from);
          }
        }
        observer->take(round);
      });
  live = std::make_unique<WatchLive>(WatchLive::Parts{.all = all,
                                                      .rounds = nullptr,
                                                      .replay = &replay,
                                                      .names = names,
                                                      .networks = networks,
                                                      .options = options,
                                                      .title = input_name(options.read_file),
                                                      .method = "replay",
                                                      .saved = nullptr});
  observer = std::make_unique<WatchObserver>(
      WatchObserver::Parts{.all = all,
                           .names = names,
                           .output = output,
                           .rounds = nullptr,
                           .live = live.get(),
                           .metrics = nullptr,
                           .counts = [&] { return found.counts(); }});
  live->begin(replay.began());
  const SteadyRealTime clock;
  for (TimePoint before = clock.now(); !live->is_quit() && !Interrupt::requested();) {
    const TimePoint now = clock.now();
    replay.pass(now - std::exchange(before, now));
    live->show(replay.now());
  }
}

int watch_read(const Options& options, const Waker& interrupted, const Networks* networks,
               bool has_screen) {
  CapturePipeline pipeline(options.read_file, interrupted);
  CollectsRounds found;
  const CaptureRead read = pipeline.run(selection_of(options), found);
  const bool is_damaged = !read.is_cut_off && !read.damage.empty();
  if (is_damaged) write_error(fmt::format("tracetcp: {}\n", read.damage));
  if (found.rounds().empty()) {
    write_error(fmt::format("tracetcp: no trace{} in {} that a watch could show\n",
                            options.host.empty() ? "" : " to " + options.host, options.read_file));
    return graver(failed_status, read.is_cut_off ? interrupted_status : 0);
  }
  const Waker answered;
  std::unique_ptr<Names> names = std::make_unique<NoNames>();
  if (options.look_up_names) names = dns_names([&answered] { answered.notify(); });
  AllWatched all;
  add_targets(found, options, networks, all);
  const WatchOutput output(options, *names, all.are_several());
  if (has_screen) {
    show(found, options, networks, *names, output, all);
  } else {
    WatchObserver observer({.all = all,
                            .names = *names,
                            .output = output,
                            .rounds = nullptr,
                            .live = nullptr,
                            .metrics = nullptr,
                            .counts = [&] { return found.counts(); }});
    for (const Trace& round : found.rounds()) {
      if (Interrupt::requested()) break;
      observer.take(round);
    }
  }
  output.close(all);
  finish_output();
  return graver(is_damaged ? failed_status : 0,
                read.is_cut_off || Interrupt::requested() ? interrupted_status : 0);
}

}  // namespace

int watch_capture(const Options& options) {
  ReportFiles files(options);
  std::vector<std::string> passed_over;
  files.open(passed_over);
  if (options.verbose) {
    for (const std::string& line : passed_over) write_error(line + '\n');
  }
  const bool asks_dns =
      options.look_up_names || !(options.host.empty() || Address::parse(options.host));
  confine({.sockets = asks_dns, .terminal = files.has_screen});
  const Waker interrupted;
  const Interrupt interrupt(interrupted);
  try {
    return watch_read(options, interrupted, files.networks.get(), files.has_screen);
  } catch (const Error&) {
    if (Interrupt::requested()) return interrupted_status;
    throw;
  }
}

}  // namespace tracetcp::cli
