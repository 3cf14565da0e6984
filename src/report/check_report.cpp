#include "report/check_report.hpp"

#include <fmt/format.h>

#include <nlohmann/json.hpp>

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
  using Object = nlohmann::ordered_json;
  Object root{{"schema", 1}, {"versions", check.versions}};
  root["machine"] = Object::object();
  for (const auto& [name, value] : check.machine) {
    std::string key = name;
    std::replace(key.begin(), key.end(), ' ', '_');
    root["machine"][key] = value;
  }
  root["methods"] = Object::object();
  for (const auto& method : check.methods) {
    root["methods"][method.name] = {
        {"works", method.works}, {"proved", method.proved}, {"text", method.text}};
  }
  root["advice"] = check.advice;
  return root.dump(-1, ' ', false, Object::error_handler_t::replace) + '\n';
}

}  // namespace tracetcp
