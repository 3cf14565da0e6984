#include "report/watch_json.hpp"

#include "core/milliseconds.hpp"
#include "report/json_parts.hpp"
#include "report/json_writer.hpp"

namespace tracetcp {
namespace {

void add_time(JsonWriter& json, std::string_view key, std::optional<Duration> time) {
  if (time) json.add(key, in_milliseconds(*time));
}

void add_figures(JsonWriter& json, std::string_view key, const HopFigures& figures) {
  json.key(key);
  json.begin_object();
  json.add("asked", figures.asked);
  json.add("answered", figures.answered);
  json.add("loss", figures.loss());
  add_time(json, "last_ms", figures.last);
  add_time(json, "min_ms", figures.least);
  add_time(json, "median_ms", figures.median);
  add_time(json, "p95_ms", figures.p95);
  add_time(json, "max_ms", figures.most);
  add_time(json, "jitter_ms", figures.jitter);
  json.end_object();
}

void add_hop(JsonWriter& json, int ttl, const HopRecord& hop, bool limits) {
  json.begin_object();
  json.add("ttl", ttl);
  json.key("addresses");
  json.begin_array();
  for (const HopRecord::Share& share : hop.addresses()) {
    json.begin_object();
    add_address(json, "address", share.address);
    json.add("answers", share.answers);
    json.end_object();
  }
  json.end_array();
  if (hop.other_addresses() != 0) json.add("other_answers", hop.other_addresses());
  if (limits) json.add("limits_answers", true);
  add_figures(json, "window", hop.window());
  add_figures(json, "total", hop.total());
  json.end_object();
}

}  // namespace

std::string round_json(const Report& report, const Trace& trace, const RunCounts& counts,
                       const WatchRecord& record) {
  std::string trace_json = report.end(trace, counts);
  if (trace_json.ends_with('\n')) trace_json.pop_back();
  std::string text = "{\"schema\":1,\"round\":" + std::to_string(record.rounds()) +
                     ",\"trace\":" + trace_json + ",\"hops\":";
  {
    JsonWriter json(text);
    json.begin_array();
    for (const auto& [ttl, hop] : record.hops()) {
      if (ttl <= record.length()) add_hop(json, ttl, hop, record.limits(ttl));
    }
    json.end_array();
  }
  return text + "}\n";
}

std::string event_json(const WatchWords& event) {
  std::string text;
  {
    JsonWriter json(text);
    const auto state = [&](std::string_view key, const std::string& value) {
      if (value.empty()) {
        json.add_null(key);
      } else {
        json.add(key, std::string_view(value));
      }
    };
    json.begin_object();
    json.add("schema", 1);
    json.add("event", name(event.kind));
    json.add("at", std::string_view(timestamp(event.at)));
    json.add("round", event.round);
    json.key("target");
    json.begin_object();
    add_address(json, "address", event.target.address);
    json.add("port", event.target.port.value);
    json.end_object();
    state("before", event.before);
    state("after", event.after);
    json.add("text", std::string_view(event.text));
    json.end_object();
  }
  return text + '\n';
}

}  // namespace tracetcp
