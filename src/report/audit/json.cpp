#include "audit/audited_line.hpp"
#include "report/json_writer.hpp"

namespace tracetcp {
namespace {

void add_trace(JsonWriter& json, const AuditedPort& port) {
  if (port.trace_json.empty()) return;
  json.key("trace");
  json.add_json(port.trace_json);
}

/// The ports that the outcome does not rest on.
void add_others(JsonWriter& json, const AuditedLine& line) {
  if (line.ports.size() < 2) return;
  json.key("others");
  json.begin_array();
  for (const AuditedPort& port : line.ports) {
    if (&port == line.deciding()) continue;
    json.begin_object();
    json.add("port", port.port.value);
    json.add("outcome", name(port.outcome));
    json.add("text", std::string_view(port.text));
    add_trace(json, port);
    json.end_object();
  }
  json.end_array();
}

}  // namespace

std::string audit_json(const AuditedLine& line) {
  std::string text;
  {
    JsonWriter json(text);
    json.begin_object();
    json.add("schema", 1);
    json.add("line", line.line);
    json.add("rule", std::string_view(line.rule));
    json.add("outcome", name(line.outcome()));
    json.add("text", std::string_view(line.text()));
    if (!line.failure.empty()) json.add("error", std::string_view(line.failure));
    if (const AuditedPort* port = line.deciding()) add_trace(json, *port);
    add_others(json, line);
    json.end_object();
  }
  return text + '\n';
}

}  // namespace tracetcp
