#include "report/text.hpp"

#include "core/icmp_type.hpp"
#include "core/milliseconds.hpp"

#include <tracetcp/diagnose.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <vector>

namespace tracetcp {

namespace {

template <class Value>
void add_once(std::vector<Value>& values, const Value& value) {
  if (std::find(values.begin(), values.end(), value) == values.end()) values.push_back(value);
}

std::string label_text(const MplsLabel& label) {
  return fmt::format("\t[MPLS: label {}, TC {}, TTL {}]", label.label, label.traffic_class,
                     label.ttl);
}

/// Who answered at a hop, and the label stacks they saw, each once, in the order first seen.
struct Responders {
  std::vector<Address> addresses;
  std::vector<std::vector<MplsLabel>> stacks;

  void add(const Reply& reply) {
    add_once(addresses, reply.from);
    if (!reply.mpls.empty()) add_once(stacks, reply.mpls);
  }

  void append_to(std::string& row, const Names& names) const {
    for (const Address address : addresses) {
      row += '\t';
      row += address.text();
      const std::string name = name_text(address, names);
      if (!name.empty()) row += '\t' + name;
    }
    for (const auto& stack : stacks) {
      for (const auto& label : stack) row += label_text(label);
    }
  }
};

}  // namespace

std::string rtt_text(std::optional<Duration> rtt, const RunInfo& info) {
  if (!rtt) return "? ms";
  return (info.precise ? precise_milliseconds(*rtt) : whole_milliseconds(*rtt)) + " ms";
}

std::string method_line(const RunInfo& info) {
  if (info.limits.empty()) return "";
  return fmt::format("Method {}: {}.\n", info.method, fmt::join(info.limits, "; "));
}

std::string name_text(Address address, const Names& names) {
  const auto name = names.of(address);
  return !name || name->empty() ? "" : "[" + *name + "]";
}

bool has_verdict_row(const Trace& trace) {
  const State state = trace.verdict.state;
  return state == State::open || state == State::closed || state == State::rejected;
}

std::string hop_row(const Trace& trace, const Hop& hop, const RunInfo& info, const Names& names) {
  if (has_verdict_row(trace) && trace.verdict.ttl == hop.ttl) return "";
  constexpr std::size_t usual_length = 64;
  std::string row;
  row.reserve(usual_length);
  row += fmt::format_int(hop.ttl.value).c_str();
  const std::size_t before = row.size();
  Responders responders;
  for (const auto& probe : hop.probes) {
    if (probe.voided) continue;
    const Reply* answer = probe.answer();
    row += '\t';
    row += answer == nullptr ? "*" : rtt_text(answer->rtt, info);
    if (answer != nullptr) responders.add(*answer);
  }
  if (row.size() == before) return "";
  if (responders.addresses.empty()) return row + "\tRequest timed out.";
  responders.append_to(row, names);
  return row;
}

std::string rejection_row(const Verdict& verdict, Address from) {
  return fmt::format("{}\t{} reports: {}", verdict_ttl(verdict), from.text(),
                     icmp_text(icmp_type::destination_unreachable, verdict.icmp_code));
}

std::string verdict_ttl(const Verdict& verdict) {
  return verdict.ttl ? std::to_string(verdict.ttl->value) : "?";
}

std::string finding_rows(const Trace& trace, const std::string& prefix) {
  std::string rows;
  for (const std::string& line : finding_lines(trace)) rows += prefix + line + '\n';
  return rows;
}

std::string notice_lines(const Trace& trace, const std::string& prefix) {
  std::string lines;
  for (const auto& notice : trace.notices) {
    lines += fmt::format("{}Note: {} reports: {}\n", prefix, notice.from.text(),
                         icmp_text(notice.icmp_type, notice.icmp_code));
  }
  return lines;
}

std::string loss_line(const LinkStats& stats, const std::string& prefix) {
  const std::uint64_t lost = stats.kernel_dropped + stats.queue_dropped;
  if (lost == 0) return "";
  return fmt::format("{}Warning: {} lost by the capture; replies may be missing.\n", prefix,
                     lost == 1 ? "1 packet was" : fmt::format("{} packets were", lost));
}

}  // namespace tracetcp
