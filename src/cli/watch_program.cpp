#include "cli/watch_program.hpp"

#include "cli/held_back.hpp"
#include "cli/status.hpp"
#include "cli/target_list.hpp"
#include "cli/watch_live.hpp"
#include "cli/watch_observer.hpp"
#include "cli/watch_output.hpp"
#include "cli/whole_file.hpp"
#include "drive/driver.hpp"
#include "metrics/metrics_server.hpp"
#include "platform/interrupt.hpp"
#include "platform/output.hpp"
#include "platform/real_time.hpp"
#include "platform/waker.hpp"
#include "session/all_of.hpp"
#include "session/watched_prober.hpp"
#include "watch/one_flow_prober.hpp"
#include "watch/watch_rounds.hpp"

#include <tracetcp/engine.hpp>
#include <tracetcp/error.hpp>

#include <fmt/core.h>

#include <algorithm>
#include <chrono>
#include <list>
#include <memory>
#include <utility>
#include <vector>

namespace tracetcp::cli {
namespace {

/// "192.0.2.1:22,80", "[2001:db8::1]:80".
std::string title_of(const std::string& host, bool is_ipv6_number, const PortList& ports) {
  std::string list = ports.text();
  std::erase(list, ' ');
  return is_ipv6_number ? fmt::format("[{}]:{}", host, list) : fmt::format("{}:{}", host, list);
}

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

/// A watch of one host's ports, or of a list.
class WatchRun {
 public:
  struct Parts {
    OpenedSession& session;
    const Options& options;
    const Networks* networks;
    bool has_screen;
    std::string title;
    std::vector<Endpoint> targets;  ///< empty: they are added later
    const std::function<bool()>& interrupted;
  };
  WatchRun(const Parts& parts, AllWatched& all, const Names& names)
      : parts_(parts),
        all_(all),
        prober_(parts.session, parts.options.tag_mode),
        one_flow_(*prober_),
        rounds_(strategy_in(parts.session, parts.options.strategy),
                {.targets = parts.targets,
                 .every = parts.options.every,
                 .rounds = parts.options.rounds,
                 .may_overlap = !parts.session.one_outstanding,
                 .progressed = [this](const Trace& trace) { observer_.progressed(trace); }}),
        output_(parts.options, names, parts.options.many_hosts || parts.targets.size() > 1),
        metrics_(metrics_for(parts.options)),
        live_(parts.has_screen ? std::make_unique<WatchLive>(live_parts(names)) : nullptr),
        observer_({.all = all,
                   .names = names,
                   .output = output_,
                   .rounds = &rounds_,
                   .live = live_.get(),
                   .metrics = metrics_.get(),
                   .counts = [this] { return counts_of(*prober_, late_); }}) {}

  [[nodiscard]] WatchRounds& rounds() { return rounds_; }
  Prober& prober() { return one_flow_; }

  /// `more`: what goes on beside; null: nothing.
  int run(Meanwhile* more);

 private:
  [[nodiscard]] WatchLive::Parts live_parts(const Names& names) {
    WatchLive::Parts live{.all = all_,
                          .rounds = &rounds_,
                          .replay = nullptr,
                          .names = names,
                          .networks = parts_.networks,
                          .options = parts_.options,
                          .title = parts_.title,
                          .method = parts_.session.method,
                          .saved = nullptr};
    if (parts_.session.recording != nullptr) {
      live.saved = [this] { return parts_.session.recording->written(); };
    }
    return live;
  }

  const Parts parts_;
  AllWatched& all_;
  const WatchedProber prober_;
  OneFlowProber one_flow_;
  WatchRounds rounds_;
  const WatchOutput output_;
  Tally late_;
  const std::unique_ptr<MetricsServer> metrics_;
  std::unique_ptr<WatchLive> live_;
  WatchObserver observer_;
};

int WatchRun::run(Meanwhile* more) {
  AsksNames names(*parts_.session.names, live_.get());
  HoldsBack holds_back;
  std::vector<Meanwhile*> all{&names};
  const bool is_simulated = !parts_.options.sim_file.empty();
  if (metrics_ != nullptr && is_simulated && live_ == nullptr) all.push_back(&holds_back);
  if (more != nullptr) all.push_back(more);
  AllOf beside(std::move(all));
  const auto is_over = [&] {
    return parts_.interrupted() || (live_ != nullptr && live_->is_quit());
  };
  Outcome outcome;
  outcome.attempt([&] {
    prober_.watch(observer_, &beside, [&](Observer& watched, Meanwhile* meanwhile) {
      Sink sink{.observer = watched, .late = late_};
      sink.heard = [&](Address from) { meanwhile->heard(from); };
      Driver driver(one_flow_, rounds_, sink,
                    {.under_way = most_side_by_side, .order = Window::Order::as_ended});
      drive(driver, one_flow_, is_over, meanwhile);
    });
  });
  live_.reset();
  outcome.attempt([&] { output_.close(all_); });
  if (parts_.options.verbose) tell(parts_.session, counts_of(*prober_, late_));
  outcome.attempt([&] {
    if (parts_.session.recording != nullptr) parts_.session.recording->finish();
  });
  const int status = outcome.conclude();
  return parts_.interrupted() ? graver(status, interrupted_status) : status;
}

}  // namespace

int watch_in(OpenedSession& session, bool has_screen, const Options& options, const RunInfo& info,
             const std::function<bool()>& interrupted) {
  AllWatched all;
  std::vector<Endpoint> targets;
  const std::string host = info.target_name.empty() ? session.target.text() : info.target_name;
  for (std::size_t i = 0; i < options.ports.size(); ++i) {
    targets.push_back({session.target, options.ports.at(i)});
    all.add({.target = targets.back(),
             .label = label_of(host, targets.back()),
             .host = host,
             .info = info,
             .own_names = nullptr});
  }
  const bool is_ipv6_number = info.target_name.empty() && session.target.family() == Family::ipv6;
  WatchRun run({.session = session,
                .options = options,
                .networks = info.networks,
                .has_screen = has_screen,
                .title = title_of(host, is_ipv6_number, options.ports),
                .targets = targets,
                .interrupted = interrupted},
               all, *session.names);
  return run.run(nullptr);
}

namespace {

/// The names of hops, as the session or any of the first targets knows them.
class NamesOfWatched final : public Names {
 public:
  NamesOfWatched(Names& usual, const AllWatched& all) : usual_(usual), all_(all) {}

  void ask(Address address) override { usual_.ask(address); }
  [[nodiscard]] std::optional<std::string> of(Address address) const override {
    constexpr std::size_t enough = 64;
    for (std::size_t i = 0; i < std::min(all_.all().size(), enough); ++i) {
      const auto& own = all_.all()[i].own_names;
      if (own == nullptr) break;
      auto name = own->of(address);
      if (name && !name->empty()) return name;
    }
    return usual_.of(address);
  }

 private:
  Names& usual_;
  const AllWatched& all_;
};

/// Adds the targets of a list as their addresses become known.
class AddsTargets final : public Meanwhile {
 public:
  struct Parts {
    OpenedTargets& opened;
    const Options& options;
    const Networks* networks;
    AllWatched& all;
    WatchRounds& rounds;
    std::vector<TargetLine> lines;
  };
  explicit AddsTargets(Parts parts) : parts_(std::move(parts)) {
    for (const TargetLine& line : parts_.lines) ports_ += line.ports.size();
  }

  TimePoint tick(TimePoint now) override;
  [[nodiscard]] bool idle() const override { return is_done_; }
  /// Whether a line could not be watched.
  [[nodiscard]] bool has_failed() const { return has_failed_; }

 private:
  static constexpr std::size_t most_looked_up = 64;  ///< side by side

  void look_up_next();
  void add(const TargetLine& line, const std::vector<Address>& addresses, TimePoint now);
  void fail(const TargetLine& line, const std::string& why);
  [[nodiscard]] RunInfo info_of(const TargetLine& line, const std::vector<Address>& addresses,
                                const WayOut& way) const;

  Parts parts_;
  std::size_t ports_ = 0;
  std::size_t next_ = 0;  ///< line
  std::list<const TargetLine*> asked_;
  std::size_t added_ = 0;  ///< ports
  std::optional<TimePoint> began_;
  bool has_failed_ = false;
  bool is_done_ = false;
};

TimePoint AddsTargets::tick(TimePoint now) {
  if (is_done_) return never;
  if (!began_) began_ = now;
  look_up_next();
  for (auto one = asked_.begin(); one != asked_.end();) {
    const TargetLine& line = **one;
    const auto address = Address::parse(line.host);
    auto found = address ? HostAddresses::Found{.addresses = {*address}, .failure = ""}
                         : parts_.opened.hosts->take(line.host);
    if (!found) {
      ++one;
      continue;
    }
    if (found->addresses.empty()) {
      fail(line, found->failure);
    } else {
      add(line, found->addresses, now);
    }
    one = asked_.erase(one);
    look_up_next();
  }
  if (asked_.empty() && next_ == parts_.lines.size()) {
    parts_.rounds.all_added();
    is_done_ = true;
  }
  return never;
}

void AddsTargets::look_up_next() {
  while (asked_.size() < most_looked_up && next_ < parts_.lines.size()) {
    const TargetLine& line = parts_.lines[next_++];
    if (!Address::parse(line.host)) parts_.opened.hosts->ask(line.host);
    asked_.push_back(&line);
  }
}

RunInfo AddsTargets::info_of(const TargetLine& line, const std::vector<Address>& addresses,
                             const WayOut& way) const {
  const OpenedSession& session = parts_.opened.session;
  RunInfo info{.target_name = Address::parse(line.host) ? "" : line.host,
               .target_addresses = addresses.size() > 1 ? addresses : std::vector<Address>{},
               .method = session.method,
               .interface = way.interface,
               .source = {way.source, session.source_ports.first},
               .limits = session.limits,
               .max_hops = parts_.options.strategy.max_hops,
               .probes_per_hop = parts_.options.strategy.probes_per_hop,
               .precise = parts_.options.precise,
               .networks = parts_.networks};
  info.limits.insert(info.limits.end(), way.limits.begin(), way.limits.end());
  info.line = line.line;
  return info;
}

/// Their first rounds are spread over the time from one round to the next.
void AddsTargets::add(const TargetLine& line, const std::vector<Address>& addresses,
                      TimePoint now) {
  const Address address = addresses.front();
  if (parts_.options.family && address.family() != *parts_.options.family) {
    return fail(line,
                fmt::format("{} is no {} address", address.text(), name(*parts_.options.family)));
  }
  WayOut way;
  try {
    way = parts_.opened.ways->to(address, line.ports.front());
  } catch (const Error& error) {
    return fail(line, error.what());
  }
  const RunInfo info = info_of(line, addresses, way);
  for (std::size_t i = 0; i < line.ports.size(); ++i) {
    const Endpoint target{address, line.ports.at(i)};
    const auto part = static_cast<Duration::rep>(added_++);
    const Duration later =
        parts_.options.every / static_cast<Duration::rep>(std::max<std::size_t>(ports_, 1)) * part;
    const bool is_new = parts_.all.add(
        {.target = target,
         .label = label_of(line.host, target),
         .host = line.host,
         .info = info,
         .own_names = parts_.opened.names_for ? parts_.opened.names_for(target) : nullptr});
    if (is_new) parts_.rounds.add(target, std::max(now, *began_ + later));
  }
}

void AddsTargets::fail(const TargetLine& line, const std::string& why) {
  has_failed_ = true;
  write_error(fmt::format("tracetcp: {}, line {}: {}\n", input_name(parts_.options.targets_file),
                          line.line, why));
}

}  // namespace

int watch_list(OpenedTargets& opened, std::vector<TargetLine> lines, ReportFiles& files,
               const Options& options) {
  const std::function<bool()> interrupted = Interrupt::requested;
  AllWatched all;
  NamesOfWatched names(*opened.session.names, all);
  WatchRun run({.session = opened.session,
                .options = options,
                .networks = files.networks.get(),
                .has_screen = files.has_screen,
                .title = fmt::format("{} lines", lines.size()),
                .targets = {},
                .interrupted = interrupted},
               all, names);
  AddsTargets adds({.opened = opened,
                    .options = options,
                    .networks = files.networks.get(),
                    .all = all,
                    .rounds = run.rounds(),
                    .lines = std::move(lines)});
  adds.tick(run.prober().now());
  const int status = run.run(&adds);
  return graver(status, adds.has_failed() ? failed_status : 0);
}

}  // namespace tracetcp::cli
