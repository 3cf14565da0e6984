#include "report/both_families.hpp"

#include "report/json_writer.hpp"

#include <tracetcp/diagnose.hpp>
#include <tracetcp/sentences.hpp>

#include <fmt/core.h>

#include <algorithm>
#include <optional>
#include <string_view>

namespace tracetcp {
namespace {

/// What became of a port over one family.
struct End {
  EndKind kind = EndKind::unknown;
  Place at;          ///< silent: the last hop that answered
  std::string text;  ///< to follow "over IPv4 "
};

/// "6 hops away"
std::string hops(Ttl ttl) {
  return fmt::format("{} {} away", ttl.value, ttl.value == 1 ? "hop" : "hops");
}

std::string hops_away(std::string_view what, const Place& at) {
  return at.ttl ? fmt::format("{}, {}", what, hops(*at.ttl)) : std::string(what);
}

/// "reset by hop 5 (192.0.2.1)", or "reset on the way" where no place is known.
std::string by_hop(std::string_view what, const Place& at, const Names& names) {
  return at == Place{} ? fmt::format("{} on the way", what)
                       : fmt::format("{} by {}", what, text(at, names));
}

std::string text_of(const Trace& trace, const PathEnd& end, const Names& names) {
  const Place& at = end.at;
  switch (end.kind) {
    case EndKind::open:
      return hops_away("open", at);
    case EndKind::proxy:
      return by_hop("accepted", at, names);
    case EndKind::accepted:
      return by_hop("accepted", at, names) + " or beyond";
    case EndKind::closed:
      return hops_away("closed", at);
    case EndKind::forged_reset:
      return by_hop("reset in the target's name", at, names);
    case EndKind::rejected:
      return fmt::format("{}: {}", by_hop("rejected", at, names), icmp_text(trace.verdict.icmp));
    case EndKind::silent:
      return at.ttl ? "silent behind " + text(at, names) : "silent from the first hop on";
    case EndKind::incomplete:
      return "not traced to its end";
    case EndKind::unknown:
      break;
  }
  return "unknown, as our SYNs were not seen leaving this machine";
}

End end_of(const Trace& trace, const Names& names) {
  const PathEnd end = path_end(trace);
  return {.kind = end.kind, .at = end.at, .text = text_of(trace, end, names)};
}

bool is_at_target(const End& end) {
  return end.kind == EndKind::open || end.kind == EndKind::closed;
}

bool are_known(const End& one, const End& other) {
  const auto is_known = [](const End& end) {
    return end.kind != EndKind::incomplete && end.kind != EndKind::unknown;
  };
  return is_known(one) && is_known(other);
}

std::string both_text(const End& ipv4, const End& ipv6) {
  const bool is_alike = are_known(ipv4, ipv6) && ipv4.kind == ipv6.kind && is_at_target(ipv4);
  if (!is_alike || !ipv4.at.ttl || !ipv6.at.ttl) {
    return fmt::format("over IPv4 {}; over IPv6 {}", ipv4.text, ipv6.text);
  }
  if (ipv4.at.ttl == ipv6.at.ttl) return "over both families " + ipv4.text;
  return fmt::format("over both families {}, {} over IPv4 and {} over IPv6", name(ipv4.kind),
                     hops(*ipv4.at.ttl), hops(*ipv6.at.ttl));
}

void add_end(JsonWriter& json, std::string_view key, const Trace& trace, const End& end) {
  json.key(key);
  json.begin_object();
  json.add("target", trace.target.address);
  json.add("end", name(end.kind));
  if (end.at.ttl) json.add("ttl", end.at.ttl->value);
  if (end.at.address) json.add("from", *end.at.address);
  json.end_object();
}

}  // namespace

std::vector<PortOverBoth> pair_by_port(std::span<const PageTrace> ipv4,
                                       std::span<const PageTrace> ipv6) {
  std::vector<PortOverBoth> pairs;
  for (const PageTrace& one : ipv4) {
    if (one.is_control) continue;
    const auto other = std::find_if(ipv6.begin(), ipv6.end(), [&](const PageTrace& candidate) {
      return !candidate.is_control && candidate.trace.target.port == one.trace.target.port;
    });
    if (other != ipv6.end()) pairs.push_back({&one.trace, &other->trace});
  }
  return pairs;
}

std::vector<std::string> both_lines(std::span<const PortOverBoth> ports, const Names& names) {
  std::vector<std::string> lines;
  for (const PortOverBoth& port : ports) {
    lines.push_back(fmt::format("Port {}: {}.", port.ipv4->target.port.value,
                                both_text(end_of(*port.ipv4, names), end_of(*port.ipv6, names))));
  }
  return lines;
}

std::string both_json(std::span<const PortOverBoth> ports, const std::string& host) {
  std::string text;
  {
    JsonWriter json(text);
    bool all_same = true;
    json.begin_object();
    json.add("schema", 1);
    json.key("both");
    json.begin_object();
    json.add("name", std::string_view(host));
    json.key("ports");
    json.begin_array();
    for (const PortOverBoth& port : ports) {
      const End ipv4 = end_of(*port.ipv4, no_names());
      const End ipv6 = end_of(*port.ipv6, no_names());
      const bool is_same = are_known(ipv4, ipv6) && ipv4.kind == ipv6.kind;
      all_same = all_same && is_same;
      json.begin_object();
      json.add("port", port.ipv4->target.port.value);
      json.add("same_end", is_same);
      if (is_same && is_at_target(ipv4)) json.add("same_hops", ipv4.at.ttl == ipv6.at.ttl);
      add_end(json, "ipv4", *port.ipv4, ipv4);
      add_end(json, "ipv6", *port.ipv6, ipv6);
      json.add("text", std::string_view(both_text(ipv4, ipv6)));
      json.end_object();
    }
    json.end_array();
    json.add("same_end", all_same);
    json.end_object();
    json.end_object();
  }
  return text + '\n';
}

}  // namespace tracetcp
