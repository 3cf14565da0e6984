#include "report/json_parts.hpp"

#include <fmt/core.h>

#include <chrono>

namespace tracetcp {

std::string timestamp(TimePoint time) {
  const std::chrono::sys_time<Duration> moment(time.time_since_epoch());
  const auto day = std::chrono::floor<std::chrono::days>(moment);
  const std::chrono::year_month_day date(day);
  const std::chrono::hh_mm_ss clock(moment - day);
  return fmt::format("{:04}-{:02}-{:02}T{:02}:{:02}:{:02}.{:09}Z", static_cast<int>(date.year()),
                     static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()),
                     clock.hours().count(), clock.minutes().count(), clock.seconds().count(),
                     clock.subseconds().count());
}

void add_address(JsonWriter& json, std::string_view key, Address address) {
  json.add(key, address);
}

void add_name(JsonWriter& json, Address address, const Names& names) {
  const auto known = names.of(address);
  if (known && !known->empty()) json.add("name", std::string_view(*known));
}

void add_as(JsonWriter& json, Address address, const Networks* networks) {
  const auto system = networks == nullptr ? std::nullopt : networks->of(address);
  if (!system) return;
  json.key("as");
  json.begin_object();
  json.add("number", system->number);
  if (!system->name.empty()) json.add("name", std::string_view(system->name));
  json.end_object();
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
