#include "core/joined.hpp"
#include "core/milliseconds.hpp"
#include "report/json_parts.hpp"

#include <tracetcp/summary.hpp>

#include <fmt/core.h>

#include <algorithm>

namespace tracetcp {
namespace {

/// With separators: "200,000".
std::string grouped(std::uint64_t number) {
  std::string text = std::to_string(number);
  for (std::size_t at = text.size(); at > 3; at -= 3) text.insert(at - 3, 1, ',');
  return text;
}

/// "1 port", "1,000 ports", "at least 1,000 ports"; the plural has an s.
std::string counted(std::uint64_t number, std::string_view noun, bool at_least = false) {
  return fmt::format("{}{} {}{}", at_least ? "at least " : "", grouped(number), noun,
                     number == 1 ? "" : "s");
}

std::string seconds(const Attempts& attempts) {
  return fmt::format("{:.1f} s",
                     std::chrono::duration<double>(attempts.last - attempts.first).count());
}

std::string open_ports(const Summary& summary) {
  constexpr std::size_t most = 20;
  std::vector<std::string> ports;
  for (const Port port : summary.open_ports) {
    if (ports.size() == most) {
      ports.emplace_back("...");
      break;
    }
    ports.push_back(std::to_string(port.value));
  }
  return ports.empty() ? "" : " (" + joined(ports, ", ") + ")";
}

constexpr std::array<std::string_view, Outcomes::count_> outcome_names{"open", "closed", "rejected",
                                                                       "expired", "silent"};
constexpr std::array<std::string_view, Outcomes::count_> outcome_words{
    "open", "closed", "rejected", "expired on the way", "unanswered"};

/// "3 open (22, 80, 443), 997 closed"
std::string outcomes(const Summary& summary) {
  std::vector<std::string> parts;
  for (std::size_t kind = 0; kind < Outcomes::count_; ++kind) {
    const std::uint64_t count = summary.attempts.outcomes.counts[kind];
    if (count == 0) continue;
    parts.push_back(fmt::format("{} {}{}", grouped(count), outcome_words[kind],
                                kind == Outcomes::open ? open_ports(summary) : ""));
  }
  return joined(parts, ", ");
}

/// "once", "1,010 times"
std::string times(const Summary& summary) {
  const std::uint64_t attempts = summary.attempts.attempts;
  return attempts == summary.ports ? "once" : grouped(attempts) + " times in all";
}

std::string sources(const Summary& summary) {
  if (summary.source) return summary.source->text();
  return fmt::format("{}{} addresses", summary.at_least ? "at least " : "",
                     grouped(summary.sources));
}

/// Who asked for what.
std::string asked(const Summary& summary) {
  const std::string target = summary.target ? summary.target->text() : "";
  switch (summary.kind) {
    case SummaryKind::flood:
      return fmt::format("{}:{} asked {} times in {}: a flood from {}", target, summary.port->value,
                         grouped(summary.attempts.attempts), seconds(summary.attempts),
                         sources(summary));
    case SummaryKind::scan:
      return fmt::format("{} of {} asked {}: a scan by {}",
                         counted(summary.ports, "port", summary.at_least), target, times(summary),
                         sources(summary));
    case SummaryKind::sweep:
      return fmt::format("Port {} of {} asked {}: a sweep by {}", summary.port->value,
                         counted(summary.targets, "host", summary.at_least), times(summary),
                         sources(summary));
    case SummaryKind::failed:
      return fmt::format("{}:{}: {} failed, from {}, {} in {}", target, summary.port->value,
                         counted(summary.attempts.attempts, "connection"), sources(summary),
                         counted(summary.attempts.syns, "SYN"), seconds(summary.attempts));
    case SummaryKind::scattered:
      break;
    case SummaryKind::other:
      return fmt::format("{} failed besides", counted(summary.attempts.attempts, "connection"));
  }
  const std::string hosts =
      summary.target ? target : counted(summary.targets, "host", summary.at_least);
  return fmt::format("{} of {}: {} failed, from {}",
                     summary.port ? fmt::format("Port {}", summary.port->value)
                                  : counted(summary.ports, "port", summary.at_least),
                     hosts, counted(summary.attempts.attempts, "connection"), sources(summary));
}

/// How many there are, and which, if it is one.
void add_ends(JsonWriter& json, const Summary& summary) {
  if (summary.source) {
    json.key("source");
    json.begin_object();
    json.add("address", *summary.source);
    json.end_object();
  }
  if (summary.target || summary.port) {
    json.key("target");
    json.begin_object();
    if (summary.target) json.add("address", *summary.target);
    if (summary.port) json.add("port", summary.port->value);
    json.end_object();
  }
  if (summary.kind == SummaryKind::other) return;
  json.add("sources", summary.sources);
  json.add("targets", summary.targets);
  json.add("ports", summary.ports);
  if (summary.at_least) json.add("at_least", true);
}

}  // namespace

std::string_view name(SummaryKind kind) {
  switch (kind) {
    case SummaryKind::flood:
      return "flood";
    case SummaryKind::scan:
      return "scan";
    case SummaryKind::sweep:
      return "sweep";
    case SummaryKind::failed:
      return "failed-connections";
    case SummaryKind::scattered:
      return "scattered";
    case SummaryKind::other:
      break;
  }
  return "other";
}

std::string sentence(const Summary& summary) {
  return fmt::format("{}: {}.", asked(summary), outcomes(summary));
}

void add_json(std::string& text, const Summary& summary) {
  {
    JsonWriter json(text);
    json.begin_object();
    json.add("schema", 1);
    json.key("summary");
    json.begin_object();
    json.add("kind", name(summary.kind));
    add_ends(json, summary);
    json.add("attempts", summary.attempts.attempts);
    json.add("syns", summary.attempts.syns);
    json.key("outcomes");
    json.begin_object();
    for (std::size_t kind = 0; kind < Outcomes::count_; ++kind) {
      json.add(outcome_names[kind], summary.attempts.outcomes.counts[kind]);
    }
    json.end_object();
    if (!summary.open_ports.empty()) {
      json.key("open_ports");
      json.begin_array();
      for (const Port port : summary.open_ports) json.add(port.value);
      json.end_array();
    }
    json.add("started", std::string_view(timestamp(summary.attempts.first)));
    json.add("elapsed_ms", in_milliseconds(summary.attempts.last - summary.attempts.first));
    json.add("text", std::string_view(sentence(summary)));
    json.end_object();
    json.end_object();
  }
  text += '\n';
}

}  // namespace tracetcp
