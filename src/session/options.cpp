#include <tracetcp/engine.hpp>
#include <tracetcp/scan.hpp>
#include <tracetcp/session.hpp>

namespace tracetcp {

std::uint16_t source_ports(const SessionOptions& options) {
  if (options.all_paths) return most_flows;
  if (options.scan && !options.many_hosts && options.method != Method::connect)
    return scan_source_ports;
  constexpr std::uint16_t enough_in_turn = 256;  // with a port for each probe
  if (options.one_path) return 1;
  const bool many = options.tag_mode == TagMode::port || options.method == Method::connect;
  return many ? enough_in_turn : 1;
}

std::string_view name(Method method) {
  switch (method) {
    case Method::automatic:
      return "auto";
    case Method::raw:
      return "raw";
    case Method::link:
      return "link";
    case Method::connect:
      return "connect";
  }
  return "unknown";
}

std::string_view name(TagMode mode) {
  switch (mode) {
    case TagMode::id:
      return "id";
    case TagMode::isn:
      return "isn";
    case TagMode::port:
      return "port";
    case TagMode::flow:
      return "flow";
  }
  return "unknown";
}

}  // namespace tracetcp
