#include "report/json_parts.hpp"

namespace tracetcp {

void add_address(JsonWriter& json, std::string_view key, Address address) {
  json.add(key, address);
}

void add_name(JsonWriter& json, Address address, const Names& names) {
  const auto known = names.of(address);
  if (known && !known->empty()) json.add("name", std::string_view(*known));
}

void add_mpls(JsonWriter& json, const std::vector<MplsLabel>& stack) {
  json.key("mpls");
  json.begin_array();
  for (const auto& label : stack) {
    json.begin_object();
    json.add("label", label.label);
    json.add("tc", label.traffic_class);
    json.add("bottom", label.bottom);
    json.add("ttl", label.ttl);
    json.end_object();
  }
  json.end_array();
}

}  // namespace tracetcp
