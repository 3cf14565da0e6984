#include "report/json_writer.hpp"

#include <tracetcp/compare.hpp>

#include <fmt/core.h>

namespace tracetcp {
namespace {

void add_value(JsonWriter& json, std::string_view key, const std::string& value) {
  if (value.empty()) {
    json.add_null(key);
  } else {
    json.add(key, std::string_view(value));
  }
}

void add_change(JsonWriter& json, const Change& change) {
  json.begin_object();
  json.add("kind", name(change.kind));
  json.key("target");
  json.begin_object();
  json.add("address", change.target);
  json.key("ports");
  json.begin_array();
  for (const Port port : change.ports) json.add(port.value);
  json.end_array();
  json.end_object();
  if (change.ttl) json.add("ttl", *change.ttl);
  add_value(json, "before", change.before);
  add_value(json, "after", change.after);
  json.add("text", std::string_view(change.text));
  json.end_object();
}

}  // namespace

std::string comparison_json(const Comparison& comparison) {
  std::string text;
  {
    JsonWriter json(text);
    json.begin_object();
    json.add("schema", 1);
    json.key("changes");
    json.begin_array();
    for (const Change& change : comparison.changes) add_change(json, change);
    json.end_array();
    json.add("same", comparison.changes.empty());
    json.add("compared", comparison.compared);
    json.key("notes");
    json.begin_array();
    for (const std::string& note : comparison.notes) json.add(std::string_view(note));
    json.end_array();
    json.end_object();
  }
  return text + '\n';
}

std::string comparison_text(const Comparison& comparison) {
  std::string text;
  bool has_several = false;
  for (const Change& change : comparison.changes) {
    has_several = has_several || change.target != comparison.changes.front().target;
  }
  for (const Change& change : comparison.changes) {
    if (has_several) text += change.target.text() + ": ";
    text += change.text + '\n';
  }
  if (comparison.changes.empty()) text += "Nothing changed.\n";
  for (const std::string& note : comparison.notes) text += note + '\n';
  return text;
}

}  // namespace tracetcp
