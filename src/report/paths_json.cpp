#include "report/paths_json.hpp"

#include "core/milliseconds.hpp"
#include "report/json_parts.hpp"

#include <algorithm>
#include <string_view>

namespace tracetcp {
namespace {

std::string_view reply_name(std::optional<ReplyKind> reply) {
  return reply ? name(*reply) : "none";
}

void add_times(JsonWriter& json, std::vector<Duration> rtts) {
  std::sort(rtts.begin(), rtts.end());
  json.key("rtt");
  json.begin_object();
  json.add("min_ms", in_milliseconds(rtts.front()));
  json.add("median_ms", in_milliseconds(rtts[rtts.size() / 2]));
  json.add("max_ms", in_milliseconds(rtts.back()));
  json.end_object();
}

void add_source_ports(JsonWriter& json, const std::vector<Port>& ports) {
  json.key("source_ports");
  json.begin_array();
  for (const Port port : ports) json.add(port.value);
  json.end_array();
}

void add_node(JsonWriter& json, const PathNode& node, std::size_t id, const Names& names,
              const Networks* networks) {
  json.begin_object();
  json.add("id", id);
  json.add("ttl", node.ttl.value);
  json.add("reply", id == 0 ? "start" : reply_name(node.reply));
  if (node.address) {
    add_address(json, "address", *node.address);
    if (id != 0) add_name(json, *node.address, names);
    if (id != 0) add_as(json, *node.address, networks);
  } else {
    json.add_null("address");
  }
  if (node.reply == ReplyKind::unreachable) {
    json.add("icmp_type", node.icmp.type);
    json.add("icmp_code", node.icmp.code);
  }
  add_source_ports(json, node.flows);
  if (!node.rtts.empty()) add_times(json, node.rtts);
  if (!node.mpls.empty()) add_mpls(json, node.mpls);
  json.add("complete", node.complete);
  if (node.dead_end) json.add("dead_end", true);
  if (node.per_packet) json.add("per_packet", true);
  json.end_object();
}

void add_edge(JsonWriter& json, const PathEdge& edge) {
  json.begin_object();
  json.add("from", edge.from);
  json.add("to", edge.to);
  json.add("flows", edge.flows);
  json.add("certain", edge.certain);
  json.end_object();
}

void add_diamond(JsonWriter& json, const Diamond& diamond) {
  json.begin_object();
  json.add("from", diamond.from);
  if (diamond.to) {
    json.add("to", *diamond.to);
  } else {
    json.add_null("to");
  }
  json.add("first_ttl", diamond.first.value);
  json.add("last_ttl", diamond.last.value);
  json.add("paths", diamond.paths);
  json.add("width", diamond.width);
  json.add("length", diamond.length);
  json.add("shortest", diamond.shortest);
  json.end_object();
}

void add_outcome(JsonWriter& json, const PathOutcome& outcome) {
  json.begin_object();
  json.add("reply", reply_name(outcome.reply));
  if (outcome.at.ttl) json.add("ttl", outcome.at.ttl->value);
  if (outcome.at.address) add_address(json, "address", *outcome.at.address);
  json.add("paths", outcome.paths);
  add_source_ports(json, outcome.flows);
  json.end_object();
}

template <class List, class Add>
void add_list(JsonWriter& json, std::string_view key, const List& list, Add add) {
  json.key(key);
  json.begin_array();
  for (const auto& entry : list) add(json, entry);
  json.end_array();
}

}  // namespace

void add_paths(JsonWriter& json, const Multipath& paths, const Names& names,
               const Networks* networks) {
  json.key("paths");
  json.begin_object();
  json.add("confidence", path_confidence);
  json.add("complete", paths.complete);
  json.add("exhausted", paths.exhausted);
  if (paths.by_label) json.add("by_label", true);
  json.add("paths", paths.paths);
  json.add("flows", paths.flows);
  std::size_t id = 0;
  add_list(json, "nodes", paths.nodes, [&](JsonWriter& to, const PathNode& node) {
    add_node(to, node, id++, names, networks);
  });
  add_list(json, "edges", paths.edges, add_edge);
  add_list(json, "diamonds", paths.diamonds, add_diamond);
  add_list(json, "outcomes", paths.outcomes, add_outcome);
  json.end_object();
}

}  // namespace tracetcp
