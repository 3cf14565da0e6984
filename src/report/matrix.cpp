#include "report/text.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <optional>
#include <utility>
#include <vector>

namespace tracetcp {

namespace {

constexpr std::size_t port_width = 8;

char mark_of_end(State state) {
  switch (state) {
    case State::open:
      return 'O';
    case State::closed:
      return 'C';
    case State::rejected:
      return 'X';
    case State::silent:
    case State::incomplete:
    case State::unknown:
      break;
  }
  return '*';
}

bool is_end(const Trace& trace, const Hop& hop) {
  return has_verdict_row(trace) && hop.ttl == verdict_hop(trace);
}

char mark(const Trace& trace, const Hop& hop) {
  if (is_end(trace, hop)) return mark_of_end(trace.verdict.state);
  const bool answered =
      std::any_of(hop.probes.begin(), hop.probes.end(),
                  [](const ProbeRecord& probe) { return probe.answer() != nullptr; });
  if (answered) return '.';
  // Whether the hop is silent is not known where no SYN to it was seen leaving.
  const bool was_asked = hop.probes.empty() || std::any_of(hop.probes.begin(), hop.probes.end(),
                                                           [](const ProbeRecord& probe) {
                                                             return has_left(probe.departure);
                                                           });
  return was_asked ? '*' : '?';
}

/// What a line at the end says of all ports that fared alike.
std::string fate(const Trace& trace) {
  const Verdict& verdict = trace.verdict;
  const std::string from = verdict.from ? verdict.from->text() : "";
  switch (verdict.state) {
    case State::open:
      return fmt::format("Open at hop {} ({})", verdict_ttl(trace), from);
    case State::closed:
      return fmt::format("Closed at hop {} ({})", verdict_ttl(trace), from);
    case State::rejected:
      return fmt::format("Rejected by {} ({})", from,
                         icmp_text(verdict.icmp_type, verdict.icmp_code));
    case State::silent:
      if (!verdict.ttl) return "Silent from the first hop on";
      return fmt::format("Silent after hop {} ({})", verdict.ttl->value, from);
    case State::unknown: {
      const std::string beyond =
          verdict.ttl ? fmt::format(" beyond hop {} ({})", verdict.ttl->value, from) : "";
      return fmt::format("Unknown{} (?: {})", beyond,
                         trace.refusal ? text(*trace.refusal) : "our SYNs were not seen leaving");
    }
    case State::incomplete:
      break;
  }
  if (trace.cut_short()) return trace.interrupted ? "Interrupted" : "Ended by an error";
  return "Hop limit reached";
}

/// "20-25, 80"; the ports rise.
std::string port_list(const std::vector<std::uint16_t>& ports) {
  std::string text;
  for (std::size_t i = 0; i < ports.size();) {
    std::size_t last = i;
    while (last + 1 < ports.size() && ports[last + 1] == ports[last] + 1) ++last;
    text += fmt::format("{}{}", i == 0 ? "" : ", ", ports[i]);
    if (last > i) text += fmt::format("-{}", ports[last]);
    i = last + 1;
  }
  return text;
}

/// One row per port, one mark per hop; then a line for all ports that fared alike.
class MatrixReport final : public Report {
 public:
  explicit MatrixReport(RunInfo info) : info_(std::move(info)) {}

  void add_begin(std::string& text, const Trace& trace) const override {
    if (begun_) return;
    begun_ = true;
    const std::string name = info_.target_name.empty() ? "" : " [" + info_.target_name + "]";
    text += fmt::format(
        "Ports of {}{}, hops across: . answers, * silent, O open, C closed, X rejected\n",
        trace.target.address.text(), name);
  }

  void add_hop(std::string&, const Trace&, const Hop&) const override {}

  void add_end(std::string& text, const Trace& trace, const RunCounts& counts) const override {
    if (!trace.hops.empty() && trace.hops.front().ttl != first_) {  // again only in captures
      first_ = trace.hops.front().ttl;
      text += ruler(first_->value);
    }
    text += fmt::format("{:<{}}", trace.target.port.value, port_width);
    for (const Hop& hop : trace.path()) {
      text += mark(trace, hop);
      if (is_end(trace, hop)) break;
    }
    add(fate(trace), trace.target.port.value);
    text += '\n';
    add_loss_line(text, "", counts.link);
  }

  std::string close() const override {
    std::string text = groups_.empty() ? "" : "\n";
    for (const auto& [how, ports] : groups_) text += fmt::format("{}: {}\n", how, port_list(ports));
    return text;
  }

 private:
  /// The hops' numbers, their last digits above the marks.
  [[nodiscard]] std::string ruler(int first) const {
    std::string tens(port_width, ' ');
    std::string ones = fmt::format("{:<{}}", "port", port_width);
    for (int ttl = first; ttl < first + info_.max_hops && ttl <= 255; ++ttl) {
      tens += ttl % 10 == 0 ? static_cast<char>('0' + ttl / 10 % 10) : ' ';
      ones += static_cast<char>('0' + ttl % 10);
    }
    tens.erase(tens.find_last_not_of(' ') + 1);
    return tens.empty() ? ones + '\n' : tens + '\n' + ones + '\n';
  }

  /// In the order in which the fates came up.
  void add(const std::string& how, std::uint16_t port) const {
    auto group = std::find_if(groups_.begin(), groups_.end(),
                              [&](const auto& one) { return one.first == how; });
    if (group == groups_.end()) group = groups_.insert(group, {how, {}});
    group->second.push_back(port);
  }

  RunInfo info_;
  mutable bool begun_ = false;
  mutable std::optional<Ttl> first_;  ///< of the last ruler
  mutable std::vector<std::pair<std::string, std::vector<std::uint16_t>>> groups_;
};

}  // namespace

std::unique_ptr<Report> matrix_report(const RunInfo& info) {
  return std::make_unique<MatrixReport>(info);
}

}  // namespace tracetcp
