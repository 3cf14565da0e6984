#include <tracetcp/compare.hpp>
#include <tracetcp/error.hpp>

#include <fmt/core.h>

#include <nlohmann/json.hpp>

#include <algorithm>

namespace tracetcp {
namespace {

using Json = nlohmann::json;

// Members that are missing, or of another type, are passed over: keys may be added to schema 1, and
// a file may be cut off or edited.

const Json* member(const Json& object, const char* key) {
  if (!object.is_object()) return nullptr;
  const auto found = object.find(key);
  return found == object.end() ? nullptr : &*found;
}

std::string text_of(const Json& object, const char* key) {
  const Json* value = member(object, key);
  return value != nullptr && value->is_string() ? value->get<std::string>() : "";
}

std::optional<double> number_of(const Json& object, const char* key) {
  const Json* value = member(object, key);
  if (value == nullptr || !value->is_number()) return std::nullopt;
  return value->get<double>();
}

/// A whole number from 0 to `most`.
std::optional<int> integer_of(const Json& object, const char* key, int most) {
  const auto number = number_of(object, key);
  if (!number || !(*number >= 0) || *number > most) return std::nullopt;
  return static_cast<int>(*number);
}

std::optional<Address> address_of(const Json& object, const char* key) {
  return Address::parse(text_of(object, key));
}

std::optional<Endpoint> endpoint_of(const Json& object, const char* key) {
  const Json* value = member(object, key);
  if (value == nullptr) return std::nullopt;
  const auto address = address_of(*value, "address");
  if (!address) return std::nullopt;
  constexpr int most = 65535;
  const int port = integer_of(*value, "port", most).value_or(0);
  return Endpoint{*address, Port{static_cast<std::uint16_t>(port)}};
}

/// Calls `each` with the elements of an array; nothing where it is none.
template <class Each>
void each_of(const Json& object, const char* key, Each each) {
  const Json* array = member(object, key);
  if (array == nullptr || !array->is_array()) return;
  for (const Json& element : *array) each(element);
}

constexpr int most_ttl = 255;

RecordedProbe probe_of(const Json& json) {
  RecordedProbe probe{.reply = text_of(json, "reply"),
                      .from = address_of(json, "from"),
                      .rtt_ms = number_of(json, "rtt_ms"),
                      .sent_ms = number_of(json, "sent_ms")};
  each_of(json, "mpls", [&](const Json& label) {
    constexpr int most_label = (1 << 20) - 1;
    if (const auto number = integer_of(label, "label", most_label)) {
      probe.labels.push_back(static_cast<std::uint32_t>(*number));
    }
  });
  return probe;
}

/// Whether the probe was asked as far as is known: one that was not seen leaving shows nothing.
bool was_sent(const Json& json) {
  return text_of(json, "reply") != "none" || member(json, "departure") == nullptr;
}

void add_hops(const Json& trace, RecordedPort& port) {
  each_of(trace, "hops", [&](const Json& hop) {
    const auto ttl = integer_of(hop, "ttl", most_ttl);
    if (!ttl) return;
    each_of(hop, "probes", [&](const Json& probe) {
      if (!was_sent(probe)) return;
      port.hops[*ttl].push_back(probe_of(probe));
      port.hops[*ttl].back().trace = port.elapsed_ms.size() - 1;
    });
  });
}

void add_field(const Json& finding, RecordedPort& port) {
  RecordedField field{.field = text_of(finding, "field"),
                      .is_nat = text_of(finding, "kind") == "nat",
                      .is_sure = text_of(finding, "confidence") == "certain",
                      .quoted = text_of(finding, "quoted")};
  if (const Json* at = member(finding, "at")) field.after = integer_of(*at, "ttl", most_ttl);
  if (const Json* before = member(finding, "before")) {
    field.before_ttl = integer_of(*before, "ttl", most_ttl);
    field.before_router = address_of(*before, "address");
  }
  port.fields.push_back(std::move(field));
}

void add_findings(const Json& trace, RecordedPort& port) {
  each_of(trace, "findings", [&](const Json& finding) {
    if (text_of(finding, "kind") == "contradiction") port.contradicted = true;
    const bool is_change = text_of(finding, "form") == "field-change";
    if (is_change) add_field(finding, port);
  });
}

void add_verdict(const Json& trace, RecordedPort& port, bool is_first) {
  const Json* verdict = member(trace, "verdict");
  if (verdict == nullptr) return;
  const std::string state = text_of(*verdict, "state");
  if (!is_first && state != port.state) {
    port.state.clear();
    return;
  }
  port.state = state;
  port.text = text_of(*verdict, "text");
  port.ttl = integer_of(*verdict, "ttl", most_ttl);
  port.from = address_of(*verdict, "from");
  port.return_hops = integer_of(*verdict, "return_hops", most_ttl);
  if (text_of(*verdict, "confidence") != "not sure") {
    port.answered_by = text_of(*verdict, "answered_by");
  }
}

bool is_true(const Json& object, const char* key) {
  const Json* value = member(object, key);
  return value != nullptr && value->is_boolean() && value->get<bool>();
}

void add_trace(const Json& trace, std::vector<RecordedPort>& ports) {
  const auto target = endpoint_of(trace, "target");
  if (!target || member(trace, "hops") == nullptr) return;
  auto port = std::find_if(ports.begin(), ports.end(),
                           [&](const RecordedPort& known) { return known.target == *target; });
  const bool is_first = port == ports.end();
  if (is_first) {
    ports.push_back({.target = *target});
    port = std::prev(ports.end());
  }
  if (const auto source = endpoint_of(trace, "source")) {
    auto& known = port->sources;
    if (std::find(known.begin(), known.end(), *source) == known.end()) known.push_back(*source);
  }
  port->elapsed_ms.push_back(number_of(trace, "elapsed_ms").value_or(0));
  add_hops(trace, *port);
  add_verdict(trace, *port, is_first);
  add_findings(trace, *port);
  port->cut_short = port->cut_short || is_true(trace, "interrupted") || is_true(trace, "failed");
}

/// A trace, or what has some: a line of an audit.
void add_traces(const Json& line, std::vector<RecordedPort>& ports) {
  if (const Json* trace = member(line, "trace")) {
    add_trace(*trace, ports);
  } else {
    add_trace(line, ports);
  }
  each_of(line, "others", [&](const Json& other) {
    if (const Json* trace = member(other, "trace")) add_trace(*trace, ports);
  });
}

}  // namespace

std::vector<RecordedPort> read_recorded(std::string_view json_lines, const std::string& origin) {
  std::vector<RecordedPort> ports;
  for (std::size_t line = 1; !json_lines.empty(); ++line) {
    const auto end = json_lines.find('\n');
    const auto one = json_lines.substr(0, end);
    json_lines.remove_prefix(end == std::string_view::npos ? json_lines.size() : end + 1);
    if (one.find_first_not_of(" \t\r") == std::string_view::npos) continue;
    const Json json = Json::parse(one.begin(), one.end(), nullptr, false);
    if (json.is_discarded()) {
      throw Error(
          fmt::format("{}, line {} is no JSON; give a file of --json or a capture", origin, line));
    }
    add_traces(json, ports);
  }
  return ports;
}

}  // namespace tracetcp
