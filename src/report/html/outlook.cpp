#include "report/html/outlook.hpp"

#include "report/port_fates.hpp"

#include <fmt/core.h>

#include <algorithm>

namespace tracetcp::html {

const char* class_of(Tone tone) {
  switch (tone) {
    case Tone::good:
      return "good";
    case Tone::plain:
      return "plain";
    case Tone::warning:
      return "warn";
    case Tone::bad:
      break;
  }
  return "bad";
}

std::string target_text(const Trace& trace) {
  return text(trace.target);
}

std::string trace_label(const Page& page, const Trace& trace) {
  if (has_several_targets(page)) return target_text(trace);
  return fmt::format("port {}", trace.target.port.value);
}

std::string ports_text(const std::vector<std::uint16_t>& ports) {
  return (ports.size() == 1 ? "port " : "ports ") + port_list(ports);
}

std::string name_of(Address address, const Names& names) {
  return names.of(address).value_or("");
}

bool has_several_targets(const Page& page) {
  return std::any_of(page.traces.begin(), page.traces.end(), [&](const PageTrace& one) {
    return one.trace.target.address != page.traces.front().trace.target.address;
  });
}

}  // namespace tracetcp::html
