#include "report/check_report.hpp"

#include "report/json_writer.hpp"

#include <fmt/core.h>

#include <algorithm>

namespace tracetcp {
namespace {

void add_rows(std::string& text, const CheckReport::Rows& rows) {
  for (const auto& [name, value] : rows) text += fmt::format("{:<14}\t{}\n", name, value);
}

void add_way(std::string& text, const CheckReport::Way& way) {
  if (!way.missing.empty()) add_rows(text, {{"no way", way.missing}});
  add_rows(text, way.rows);
  for (const auto& method : way.methods) {
    text += fmt::format("{:<14}\t{}: {}\n", "--method " + method.name, method.works ? "yes" : "no",
                        method.text);
  }
}

void add_texts(JsonWriter& json, std::string_view key, const std::vector<std::string>& texts) {
  json.key(key);
  json.begin_array();
  for (const std::string& line : texts) json.add(std::string_view(line));
  json.end_array();
}

void add_rows(JsonWriter& json, const CheckReport::Rows& rows) {
  for (const auto& [name, value] : rows) {
    std::string key = name;
    std::replace(key.begin(), key.end(), ' ', '_');
    json.add(key, std::string_view(value));
  }
}

void add_methods(JsonWriter& json, const std::vector<CheckReport::Method>& methods) {
  json.key("methods");
  json.begin_object();
  for (const auto& method : methods) {
    json.key(method.name);
    json.begin_object();
    json.add("works", method.works);
    json.add("proved", method.proved);
    json.add("text", std::string_view(method.text));
    json.end_object();
  }
  json.end_object();
}

/// Of each family that was looked at.
void add_families(JsonWriter& json, const std::vector<CheckReport::Way>& ways) {
  json.key("families");
  json.begin_object();
  for (const auto& way : ways) {
    json.key(way.family == Family::ipv4 ? "ipv4" : "ipv6");
    json.begin_object();
    if (!way.missing.empty()) json.add("missing", std::string_view(way.missing));
    add_rows(json, way.rows);
    add_methods(json, way.methods);
    json.end_object();
  }
  json.end_object();
}

}  // namespace

bool CheckReport::Way::works() const {
  return std::any_of(methods.begin(), methods.end(),
                     [](const auto& method) { return method.works; });
}

bool CheckReport::any_works() const {
  return std::any_of(ways.begin(), ways.end(), [](const Way& way) { return way.works(); });
}

std::string check_text(const CheckReport& check) {
  std::string text;
  for (const std::string& version : check.versions) text += version + '\n';
  add_rows(text, check.machine);
  for (const auto& way : check.ways) {
    if (check.ways.size() > 1) text += fmt::format("{}:\n", name(way.family));
    add_way(text, way);
  }
  for (const std::string& advice : check.advice) add_rows(text, {{"to do", advice}});
  return text;
}

std::string check_json(const CheckReport& check) {
  // The first that there is stands where there is room for one alone.
  const auto usable = std::find_if(check.ways.begin(), check.ways.end(),
                                   [](const auto& way) { return way.missing.empty(); });
  std::string text;
  {
    JsonWriter json(text);
    json.begin_object();
    json.add("schema", 1);
    add_texts(json, "versions", check.versions);
    json.key("machine");
    json.begin_object();
    add_rows(json, check.machine);
    if (usable != check.ways.end()) add_rows(json, usable->rows);
    json.end_object();
    if (usable != check.ways.end()) add_methods(json, usable->methods);
    add_families(json, check.ways);
    add_texts(json, "advice", check.advice);
    json.end_object();
  }
  return text + '\n';
}

}  // namespace tracetcp
