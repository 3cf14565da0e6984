#include "cli/audit_program.hpp"

#include "audit/audited_line.hpp"
#include "cli/audit_output.hpp"
#include "cli/audit_rules.hpp"
#include "cli/program.hpp"
#include "cli/run_info.hpp"
#include "cli/status.hpp"
#include "cli/whole_file.hpp"
#include "platform/interrupt.hpp"
#include "platform/output.hpp"
#include "platform/privileges.hpp"
#include "session/traced_ports.hpp"

#include <tracetcp/error.hpp>

#include <fmt/core.h>

#include <algorithm>
#include <map>
#include <memory>
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

/// The object of --json.
std::string trace_object(const Trace& trace, const RunInfo& info, const RunCounts& counts) {
  const NoNames no_names;
  std::string text = json_report(info, no_names)->rest(trace, counts);
  if (text.ends_with('\n')) text.pop_back();
  return text;
}

class Audit {
 public:
  Audit(const Options& options, std::vector<AuditRule> rules, std::function<bool()> interrupted)
      : options_(options),
        rules_(std::move(rules)),
        interrupted_(std::move(interrupted)),
        lines_(rules_.size()),
        output_(options),
        page_(!options.html_file.empty()),
        hosts_(hosts_of(rules_, options)),
        files_(options) {
    for (std::size_t i = 0; i < rules_.size(); ++i) {
      lines_[i].line = rules_[i].line;
      lines_[i].rule = rules_[i].text;
    }
  }

  int run(const Waker& waker) {
    std::vector<const SessionOptions*> wanted;
    for (const auto& host : hosts_) wanted.push_back(&host->options);
    auto sessions = find_sessions(wanted, waker, files_);
    Outcome outcome;
    for (std::size_t i = 0; i < hosts_.size(); ++i) {
      outcome.attempt([&] { trace_host(*hosts_[i], sessions[i]); });
    }
    outcome.attempt([&] { output_.close(tally_); });
    outcome.attempt([&] { write_files(); });
    outcome.add(status());
    return outcome.conclude();
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
    if (!found.failure.empty()) {
      could_not_ = could_not_ || !interrupted_();
      for (const std::size_t rule : host.rules) lines_[rule].failure = found.failure;
    }
    found = {};  // its sockets are of no more use
    for (const std::size_t rule : host.rules) done_.push_back(rule);
    print_ready();
  }

  void trace_ports_of(const AuditedHost& host, OpenedSession& session) {
    if (options_.verbose) {
      for (const std::string& line : session.passed_over) write_error(line + '\n');
    }
    last_info_ = info_of(session, host.options, files_.networks.get());
    trace_ports(session, host.options, options_.may_compare, page_, interrupted_,
                [&](Trace& trace, const RunCounts& counts, int silent_before) {
                  for (const std::size_t rule : host.rules) {
                    if (!rules_[rule].ports.contains(trace.target.port)) continue;
                    take(rule, trace, counts, silent_before);
                  }
                  counts_ = counts;
                  if (options_.verbose) write_error(details(trace));
                });
    if (options_.verbose) tell(session, counts_);
  }

  void take(std::size_t place, const Trace& trace, const RunCounts& counts, int silent_before) {
    const Rule& rule = rules_[place].rule;
    const Judgement judgement = judge(rule, trace, silent_before);
    lines_[place].ports.push_back({.port = trace.target.port,
                                   .outcome = judgement.outcome,
                                   .text = sentence(judgement, rule, trace),
                                   .trace_json = options_.format == Format::json
                                                     ? trace_object(trace, last_info_, counts)
                                                     : "",
                                   .started = trace.started,
                                   .took = trace.ended - trace.started});
  }

  /// In the order of the policy, as far as all before are done.
  void print_ready() {
    std::sort(done_.begin(), done_.end());
    while (printed_ < lines_.size() && std::binary_search(done_.begin(), done_.end(), printed_)) {
      AuditedLine& line = lines_[printed_++];
      tally_.add(line.outcome());
      output_.print(line);
      for (AuditedPort& port : line.ports) port.trace_json = {};
    }
  }

  void write_files() {
    if (files_.junit != nullptr) {
      files_.junit->write(junit_xml(input_name(options_.audit_file), lines_));
    }
    if (files_.page == nullptr) return;
    page_.diagnose(PageTraces::Missing::of_controls);
    RunInfo info = last_info_;
    info.target_name.clear();
    info.target_addresses.clear();
    Page page = page_for(options_, info);
    page.policy = input_name(options_.audit_file);
    for (const AuditedLine& line : lines_) {
      page.audit.push_back(
          {.line = line.line, .rule = line.rule, .outcome = line.outcome(), .text = line.text()});
    }
    page.counts = counts_;
    page.interrupted = interrupted_();
    page_.hand_on(page, false);
    files_.page->write(std::move(page), NoNames());
  }

  [[nodiscard]] int status() const {
    int status = tally_.unknown > 0 ? undecided_status : 0;
    if (could_not_) status = graver(status, failed_status);
    if (tally_.fail > 0) status = graver(status, unexpected_status);
    if (interrupted_()) status = graver(status, interrupted_status);
    return status;
  }

  const Options& options_;
  const std::vector<AuditRule> rules_;
  const std::function<bool()> interrupted_;
  std::vector<AuditedLine> lines_;  ///< one a rule
  std::vector<std::size_t> done_;   ///< rules whose host was traced
  std::size_t printed_ = 0;
  AuditTally tally_;
  AuditOutput output_;
  PageTraces page_;
  std::vector<std::unique_ptr<AuditedHost>> hosts_;
  ReportFiles files_;
  RunInfo last_info_;
  RunCounts counts_;
  bool could_not_ = false;
};

}  // namespace

namespace {

std::vector<AuditRule> rules_in(const std::string& file) {
  const AsCaller caller;
  return parse_audit(whole_file(file), input_name(file));
}

}  // namespace

int audit(const Options& options) {
  auto rules = rules_in(options.audit_file);
  const Waker waker;
  const Interrupt interrupt(waker);
  try {
    return Audit(options, std::move(rules), Interrupt::requested).run(waker);
  } catch (const Error&) {
    // What was under way when the signal came, such as a look-up, fails for that reason alone.
    if (Interrupt::requested()) return interrupted_status;
    throw;
  }
}

}  // namespace tracetcp::cli
