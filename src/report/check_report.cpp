#include "report/check_report.hpp"

#include "report/json_writer.hpp"

#include <fmt/core.h>

#include <algorithm>

namespace tracetcp {

std::string check_text(const CheckReport& check) {
  std::string text;
  for (const std::string& version : check.versions) text += version + '\n';
  for (const auto& [name, value] : check.machine) text += fmt::format("{:<14}\t{}\n", name, value);
  for (const auto& method : check.methods) {
    text += fmt::format("{:<14}\t{}: {}\n", "--method " + method.name, method.works ? "yes" : "no",
                        method.text);
  }
  for (const std::string& advice : check.advice)
    text += fmt::format("{:<14}\t{}\n", "to do", advice);
  return text;
}

std::string check_json(const CheckReport& check) {
  std::string text;
  {
    JsonWriter json(text);
    const auto add_texts = [&](std::string_view key, const std::vector<std::string>& texts) {
      json.key(key);
      json.begin_array();
      for (const std::string& line : texts) json.add(std::string_view(line));
      json.end_array();
    };
    json.begin_object();
    json.add("schema", 1);
    add_texts("versions", check.versions);
    json.key("machine");
    json.begin_object();
    for (const auto& [name, value] : check.machine) {
      std::string key = name;
      std::replace(key.begin(), key.end(), ' ', '_');
      json.add(key, std::string_view(value));
    }
    json.end_object();
    json.key("methods");
    json.begin_object();
    for (const auto& method : check.methods) {
      json.key(method.name);
      json.begin_object();
      json.add("works", method.works);
      json.add("proved", method.proved);
      json.add("text", std::string_view(method.text));
      json.end_object();
    }
    json.end_object();
    add_texts("advice", check.advice);
    json.end_object();
  }
  return text + '\n';
}

}  // namespace tracetcp
