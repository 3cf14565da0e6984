#include "cli/audit_apart.hpp"

#include "cli/run_info.hpp"
#include "cli/status.hpp"
#include "platform/output.hpp"
#include "session/traced_ports.hpp"

#include <tracetcp/error.hpp>

#include <algorithm>
#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

namespace tracetcp::cli {
namespace {

/// A host of the policy: all ports that its rules name are traced in one run.
struct AuditedHost {
  Options options;
  std::vector<std::size_t> rules;  ///< their places in the policy
};

std::vector<std::unique_ptr<AuditedHost>> hosts_of(const std::vector<AuditRule>& rules,
                                                   const Options& options) {
  std::vector<std::unique_ptr<AuditedHost>> hosts;
  std::map<std::pair<std::string, std::string>, AuditedHost*> known;
  for (std::size_t i = 0; i < rules.size(); ++i) {
    const AuditRule& rule = rules[i];
    AuditedHost*& host = known[{rule.host, rule.zone}];
    if (host == nullptr) {
      host = hosts.emplace_back(std::make_unique<AuditedHost>()).get();
      host->options = options;
      host->options.host = rule.host;
      host->options.ports = PortList();
      host->options.look_up_names = false;  // it is the addresses that a rule can name
      if (!rule.zone.empty()) host->options.interface = rule.zone;
    }
    host->rules.push_back(i);
    for (std::size_t place = 0; place < rule.ports.size(); ++place) {
      host->options.ports.add(rule.ports.at(place), rule.ports.at(place));
    }
  }
  return hosts;
}

class HostByHost {
 public:
  HostByHost(const Options& options, AuditResults& results,
             const std::function<bool()>& interrupted)
      : options_(options),
        results_(results),
        interrupted_(interrupted),
        hosts_(hosts_of(results.rules(), options)) {}

  int run(const Waker& waker) {
    std::vector<const SessionOptions*> wanted;
    for (const auto& host : hosts_) wanted.push_back(&host->options);
    auto sessions = find_sessions(wanted, waker, results_.files());
    Outcome outcome;
    for (std::size_t i = 0; i < hosts_.size(); ++i) {
      outcome.attempt([&] { trace_host(*hosts_[i], sessions[i]); });
    }
    return results_.conclude(outcome);
  }

 private:
  void trace_host(AuditedHost& host, FoundSession& found) {
    if (interrupted_()) found.failure = "the run was interrupted before";
    if (found.failure.empty()) {
      try {
        OpenedSession session = std::move(found.session);
        found.start(session, nullptr);
        trace_ports_of(host, session);
      } catch (const ReaderGone&) {
        throw;
      } catch (const Error& error) {
        found.failure = error.what();
      }
    }
    for (const std::size_t rule : host.rules) {
      if (!found.failure.empty()) results_.fail(rule, found.failure);
    }
    found = {};  // its sockets are of no more use
    for (const std::size_t rule : host.rules) results_.end(rule);
  }

  void trace_ports_of(const AuditedHost& host, OpenedSession& session) {
    if (options_.verbose) {
      for (const std::string& line : session.passed_over) write_error(line + '\n');
    }
    const RunInfo info = info_of(session, host.options, results_.files().networks.get());
    RunCounts last;
    trace_ports(session, host.options, options_.may_compare, results_.page(), interrupted_,
                [&](Trace& trace, const RunCounts& counts, int silent_before) {
                  for (const std::size_t rule : host.rules) {
                    if (!results_.rules()[rule].ports.contains(trace.target.port)) continue;
                    results_.take(rule, trace, info, counts, silent_before);
                  }
                  last = counts;
                  if (options_.verbose) write_error(details(trace));
                });
    results_.describe(info, last);
    if (options_.verbose) tell(session, last);
  }

  const Options& options_;
  AuditResults& results_;
  const std::function<bool()>& interrupted_;
  std::vector<std::unique_ptr<AuditedHost>> hosts_;
};

}  // namespace

bool must_be_apart(const std::vector<AuditRule>& rules, const Options& options) {
  if (options.method == Method::link && !options.gateway) return true;
  return std::any_of(rules.begin(), rules.end(),
                     [](const AuditRule& rule) { return !rule.zone.empty(); });
}

int audit_apart(const Options& options, AuditResults& results, const Waker& waker,
                const std::function<bool()>& interrupted) {
  return HostByHost(options, results, interrupted).run(waker);
}

}  // namespace tracetcp::cli
