#include "cli/audit_together.hpp"

#include "cli/run_info.hpp"
#include "cli/status.hpp"
#include "cli/target_list.hpp"
#include "platform/output.hpp"
#include "session/list_run.hpp"

#include <tracetcp/error.hpp>

#include <algorithm>
#include <map>
#include <string>
#include <unordered_map>
#include <utility>
#include <vector>

namespace tracetcp::cli {
namespace {

/// The rules of one host of the policy.
struct NamedHost {
  std::string name;
  std::vector<std::size_t> rules;  ///< their places in the policy
  HostAddresses::Found found;
};

std::vector<NamedHost> named_hosts(const std::vector<AuditRule>& rules) {
  std::vector<NamedHost> hosts;
  std::unordered_map<std::string, std::size_t> known;
  for (std::size_t i = 0; i < rules.size(); ++i) {
    const auto [host, is_new] = known.try_emplace(rules[i].host, hosts.size());
    if (is_new) hosts.push_back({.name = rules[i].host, .rules = {}, .found = {}});
    hosts[host->second].rules.push_back(i);
  }
  return hosts;
}

/// Looks the names of all hosts up, some of them side by side.
class LookUp final : public Meanwhile {
 public:
  LookUp(std::vector<NamedHost>& all, HostAddresses& addresses)
      : all_(all), addresses_(addresses) {}

  TimePoint tick(TimePoint /*now*/) override {
    bool is_moving = true;
    while (is_moving) {
      is_moving = begin_some();
      const std::size_t before = waiting_.size();
      std::erase_if(waiting_, [this](NamedHost* host) {
        auto found = addresses_.take(host->name);
        if (!found) return false;
        host->found = *std::move(found);
        return true;
      });
      is_moving = is_moving || waiting_.size() != before;
    }
    return never;
  }
  [[nodiscard]] bool idle() const override { return waiting_.empty() && begun_ == all_.size(); }

 private:
  /// Whether there were any.
  bool begin_some() {
    constexpr std::size_t most = 64;
    const std::size_t before = begun_;
    for (; begun_ < all_.size() && waiting_.size() < most; ++begun_) {
      NamedHost& host = all_[begun_];
      if (const auto address = Address::parse(host.name)) {
        host.found.addresses = {*address};
      } else {
        addresses_.ask(host.name);
        waiting_.push_back(&host);
      }
    }
    return begun_ != before;
  }

  std::vector<NamedHost>& all_;
  HostAddresses& addresses_;
  std::vector<NamedHost*> waiting_;
  std::size_t begun_ = 0;
};

/// Hands what becomes of the ports of addresses to the rules that are about them.
class Together final : public LineObserver, public Meanwhile {
 public:
  Together(const Options& options, AuditResults& results, OpenedTargets& opened,
           const std::function<bool()>& interrupted)
      : options_(options),
        results_(results),
        opened_(opened),
        interrupted_(interrupted),
        run_(opened, options, interrupted, {.judges = true, .compares = options.may_compare}),
        hosts_(named_hosts(results.rules())) {
    for (const AuditRule& rule : results.rules()) left_.push_back(rule.ports.size());
  }

  int run() {
    Outcome outcome;
    if (options_.verbose) {
      for (const std::string& line : opened_.session.passed_over) write_error(line + '\n');
    }
    std::string failure = "the run was interrupted before";
    outcome.attempt([&] {
      try {
        trace_all();
      } catch (const ReaderGone&) {
        throw;
      } catch (const Error& error) {
        failure = error.what();
      }
    });
    outcome.attempt([&] { end_all(failure); });
    results_.describe(info_, run_.counts());
    if (options_.verbose) tell(opened_.session, run_.counts());
    return results_.conclude(outcome);
  }

  void failed(std::size_t /*order*/, std::size_t line, const std::string& why) override {
    for (const std::size_t rule : lines_[line].rules) end(rule, why);
  }
  void repeated(std::size_t /*order*/, std::size_t /*line*/, const std::string& /*host*/) override {
  }
  void begun(const std::shared_ptr<const TracedLine>& line) override {
    RunInfo& info = lines_[line->line].info;
    info = info_of(opened_, options_, results_.files().networks.get());
    add_way(info, line->way);
    info_ = info;
  }
  void ended(const TracedLine& line, std::size_t /*place*/, Trace& trace,
             int silent_before) override {
    AuditedAddress& audited = lines_[line.line];
    results_.page().take(trace, audited.info.source);
    if (options_.verbose) write_error(details(trace));
    for (const std::size_t rule : audited.rules) {
      if (!results_.rules()[rule].ports.contains(trace.target.port)) continue;
      const NamedHost& host = hosts_[host_of_[rule]];
      RunInfo info = audited.info;
      add_target(info, host.name, host.found.addresses);
      results_.take(rule, trace, info, run_.counts(), silent_before);
      if (--left_[rule] == 0) results_.end(rule);
    }
  }
  void control_ended(const TracedLine& line, const Trace& control) override {
    results_.page().take_control(control, lines_[line.line].info.source);
  }

  TimePoint tick(TimePoint /*now*/) override { return never; }

 private:
  /// All rules about one address: hosts may share it.
  struct AuditedAddress {
    Address address;
    std::vector<std::size_t> rules;
    RunInfo info;
  };

  void trace_all() {
    LookUp look_up(hosts_, *opened_.hosts);
    run_.wait_for(look_up);
    if (interrupted_()) return;
    WholeList list(lines_to_trace());
    run_.run(list, *this, *this);
  }

  /// One for each address, numbered by its place in `lines_`.
  std::vector<TargetLine> lines_to_trace() {
    std::vector<TargetLine> lines;
    std::unordered_map<Address, std::size_t> known;
    host_of_.resize(results_.rules().size());
    for (std::size_t i = 0; i < hosts_.size(); ++i) {
      const NamedHost& host = hosts_[i];
      for (const std::size_t rule : host.rules) host_of_[rule] = i;
      if (host.found.addresses.empty()) {
        for (const std::size_t rule : host.rules) end(rule, host.found.failure);
        continue;
      }
      const Address address = host.found.addresses.front();
      const auto [entry, is_new] = known.try_emplace(address, lines_.size());
      if (is_new) {
        lines.push_back({.line = lines_.size(), .host = address.text(), .ports = {}});
        lines_.push_back({.address = address, .rules = {}, .info = {}});
      }
      auto& rules = lines_[entry->second].rules;
      rules.insert(rules.end(), host.rules.begin(), host.rules.end());
      for (const std::size_t rule : host.rules) add_ports(lines[entry->second].ports, rule);
    }
    return lines;
  }

  void add_ports(PortList& to, std::size_t rule) {
    const PortList& ports = results_.rules()[rule].ports;
    for (std::size_t place = 0; place < ports.size(); ++place) {
      to.add(ports.at(place), ports.at(place));
    }
  }

  /// What is left of a run that has ended.
  void end_all(const std::string& failure) {
    for (std::size_t rule = 0; rule < left_.size(); ++rule) {
      const std::size_t ports = results_.rules()[rule].ports.size();
      if (left_[rule] == 0) continue;
      if (interrupted_() && left_[rule] < ports) {
        results_.end(rule);  // by those of its ports that were traced
      } else {
        end(rule, failure);
      }
    }
  }

  void end(std::size_t rule, const std::string& why) {
    results_.fail(rule, why);
    left_[rule] = 0;
    results_.end(rule);
  }

  const Options& options_;
  AuditResults& results_;
  OpenedTargets& opened_;
  const std::function<bool()>& interrupted_;
  ListRun run_;
  std::vector<NamedHost> hosts_;
  std::vector<AuditedAddress> lines_;
  std::vector<std::size_t> host_of_;  ///< of each rule
  std::vector<std::size_t> left_;     ///< ports of each rule that have not ended
  RunInfo info_;
};

}  // namespace

int audit_together(const Options& options, AuditResults& results, const Waker& waker,
                   const std::function<bool()>& interrupted) {
  OpenedTargets opened = open_targets(options, waker, results.files());
  return Together(options, results, opened, interrupted).run();
}

}  // namespace tracetcp::cli
