#include "session/flow_survey.hpp"

#include "platform/interfaces.hpp"

#include <tracetcp/error.hpp>

#include <fmt/core.h>

#include <algorithm>
#include <fstream>

namespace tracetcp {
namespace {

constexpr std::size_t most_asked = 512;  // some ten microseconds each

Port moved(Port first, std::size_t by) {
  return {static_cast<std::uint16_t>(first.value + by)};
}

/// The target ports of the run; of very many only every n-th, which stands for its neighbours.
std::vector<Port> target_ports(const SessionOptions& options) {
  const std::size_t count = options.ports.size();
  const std::size_t step = (count + most_asked - 1) / most_asked;
  std::vector<Port> ports;
  for (std::size_t i = 0; i < count; i += step) ports.push_back(options.ports.at(i));
  if (options.control_port) ports.push_back(*options.control_port);
  return ports;
}

}  // namespace

void require_one_source(Address target, const Route& first, const SessionOptions& options) {
  if (options.source || options.gateway) return;
  for (const Port port : target_ports(options)) {
    if (port == options.ports.front()) continue;
    const Route route =
        find_route({.target = target, .target_port = port, .interface = options.interface});
    if (route.source == first.source) continue;
    throw Error(
        fmt::format("port {0} is reached from {1} by {2}, port {3} from {4} by {5}; trace "
                    "them apart, or choose by --source or --interface",
                    options.ports.front().value, first.source.text(), first.interface, port.value,
                    route.source.text(), route.interface));
  }
}

FlowSurvey survey_flows(Address target, const Route& first, PortBlock source_ports,
                        const SessionOptions& options) {
  FlowSurvey survey{.interfaces = {first.interface}};
  const auto targets = target_ports(options);
  const bool by_source_port = routes_see_source_ports(target.family(), options);
  if (!by_source_port) source_ports.count = 1;
  const std::size_t flows = targets.size() * source_ports.count;
  const std::size_t step = (flows + most_asked - 1) / most_asked;
  std::vector<std::optional<Gateway>> gateways{first.gateway};
  for (std::size_t i = step; i < flows; i += step) {
    RouteQuery flow{.target = target, .target_port = targets[i / source_ports.count]};
    if (by_source_port) {
      flow.source_port = moved(source_ports.first, i % source_ports.count);
      flow.source = first.source;
    }
    const Route route = find_route(flow);
    auto& names = survey.interfaces;
    if (std::find(names.begin(), names.end(), route.interface) == names.end()) {
      names.push_back(route.interface);
    }
    if (std::find(gateways.begin(), gateways.end(), route.gateway) == gateways.end()) {
      gateways.push_back(route.gateway);
    }
  }
  survey.gateways = gateways.size();
  return survey;
}

bool varies_by_source_port(Address target, const Route& first, const SessionOptions& options) {
  constexpr std::size_t tries = 32;  // of two ways of equal weight all but one in 2^32 show both
  constexpr Port lowest{32768};      // of those that the kernel chooses from
  constexpr std::size_t apart = 877;
  for (std::size_t i = 0; i < tries; ++i) {
    const Route route = find_route({.target = target,
                                    .target_port = options.ports.front(),
                                    .source_port = moved(lowest, i * apart),
                                    .source = first.source});
    if (route.interface_index != first.interface_index) return true;
  }
  return false;
}

bool may_bind_to(const std::string& interface, const SessionOptions& options) {
  const int code = refusal_to_bind(interface);
  if (code == 0 || options.interface.empty()) return code == 0;
  throw Error::system("cannot bind to interface " + interface, code);
}

bool routes_see_source_ports(Family family, const SessionOptions& options) {
  return family == Family::ipv4 || options.source.has_value();
}

bool routes_depend_on_ports(Family family) {
  // For IPv6 it hashes the protocol in any case, and that of raw sockets is not TCP.
  if (family == Family::ipv6) return true;
  constexpr int by_addresses = 0;  // 1: by ports too; 2: of inner packets; 3: by chosen fields
  int policy = by_addresses;
  std::ifstream("/proc/sys/net/ipv4/fib_multipath_hash_policy") >> policy;
  return policy != by_addresses;
}

}  // namespace tracetcp
