#include "report/paths_json.hpp"

#include "core/milliseconds.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <string>

namespace tracetcp {
namespace {

using Json = nlohmann::ordered_json;

std::string reply_name(std::optional<ReplyKind> reply) {
  return reply ? std::string(name(*reply)) : "none";
}

Json times_json(std::vector<Duration> rtts) {
  std::sort(rtts.begin(), rtts.end());
  return {{"min_ms", in_milliseconds(rtts.front())},
          {"median_ms", in_milliseconds(rtts[rtts.size() / 2])},
          {"max_ms", in_milliseconds(rtts.back())}};
}

Json ports_json(const std::vector<Port>& ports) {
  Json json = Json::array();
  for (const Port port : ports) json.push_back(port.value);
  return json;
}

/// A label stack, outermost first.
Json mpls_json(const std::vector<MplsLabel>& stack) {
  Json labels = Json::array();
  for (const auto& label : stack) {
    labels.push_back({{"label", label.label},
                      {"tc", label.traffic_class},
                      {"bottom", label.bottom},
                      {"ttl", label.ttl}});
  }
  return labels;
}

Json node_json(const PathNode& node, std::size_t id, const Names& names) {
  Json json{
      {"id", id}, {"ttl", node.ttl.value}, {"reply", id == 0 ? "start" : reply_name(node.reply)}};
  json["address"] = node.address ? Json(node.address->text()) : Json(nullptr);
  const std::string known = node.address ? names.of(*node.address).value_or("") : "";
  if (id != 0 && !known.empty()) json["name"] = known;
  if (node.reply == ReplyKind::unreachable) json["icmp_code"] = node.icmp_code;
  json["source_ports"] = ports_json(node.flows);
  if (!node.rtts.empty()) json["rtt"] = times_json(node.rtts);
  if (!node.mpls.empty()) json["mpls"] = mpls_json(node.mpls);
  json["complete"] = node.complete;
  if (node.dead_end) json["dead_end"] = true;
  if (node.per_packet) json["per_packet"] = true;
  return json;
}

Json edge_json(const PathEdge& edge) {
  return {{"from", edge.from}, {"to", edge.to}, {"flows", edge.flows}, {"certain", edge.certain}};
}

Json diamond_json(const Diamond& diamond) {
  return {{"from", diamond.from},
          {"to", diamond.to ? Json(*diamond.to) : Json(nullptr)},
          {"first_ttl", diamond.first.value},
          {"last_ttl", diamond.last.value},
          {"paths", diamond.paths},
          {"width", diamond.width},
          {"length", diamond.length},
          {"shortest", diamond.shortest}};
}

Json outcome_json(const PathOutcome& outcome) {
  Json json{{"reply", reply_name(outcome.reply)}};
  if (outcome.at.ttl) json["ttl"] = outcome.at.ttl->value;
  if (outcome.at.address) json["address"] = outcome.at.address->text();
  json["paths"] = outcome.paths;
  json["source_ports"] = ports_json(outcome.flows);
  return json;
}

}  // namespace

std::string paths_json(const Multipath& paths, const Names& names) {
  Json json{{"confidence", path_confidence},
            {"complete", paths.complete},
            {"exhausted", paths.exhausted},
            {"paths", paths.paths},
            {"flows", paths.flows}};
  for (const char* list : {"nodes", "edges", "diamonds", "outcomes"}) json[list] = Json::array();
  for (std::size_t id = 0; id < paths.nodes.size(); ++id) {
    json["nodes"].push_back(node_json(paths.nodes[id], id, names));
  }
  for (const PathEdge& edge : paths.edges) json["edges"].push_back(edge_json(edge));
  for (const Diamond& diamond : paths.diamonds) json["diamonds"].push_back(diamond_json(diamond));
  for (const PathOutcome& outcome : paths.outcomes) {
    json["outcomes"].push_back(outcome_json(outcome));
  }
  // Names of hosts need not be UTF-8; JSON must be.
  return json.dump(-1, ' ', false, Json::error_handler_t::replace);
}

}  // namespace tracetcp
