#include "cli/way_out.hpp"

#include "link/live/arp.hpp"
#include "platform/neighbour.hpp"
#include "platform/source_ports.hpp"
#include "platform/unprivileged.hpp"

#include <tracetcp/error.hpp>

#include <fmt/core.h>

#include <algorithm>

namespace tracetcp {
namespace {

/// Answers come to the interface that has the source address, which may be another than the one
/// that the SYNs leave by: then all are listened on.
std::string answers_come_by(const Route& route) {
  return has_address(route.interface, route.source) ? route.interface : "any";
}

/// From the kernel's table, else by ARP of our own, whose answer is read by a process without
/// privileges.
Mac mac_of(Address neighbour, const Route& route) {
  if (const auto known = find_neighbour(neighbour, route.interface_index)) return *known;
  Arp arp(route.interface, route.source);
  const std::string answer = run_unprivileged([&] {
    const Mac mac = arp.ask(neighbour);
    return std::string(mac.begin(), mac.end());
  });
  Mac mac{};
  if (answer.size() != mac.size()) throw Error("the look-up of a MAC address ended too early");
  std::copy(answer.begin(), answer.end(), mac.begin());
  return mac;
}

/// Where -g names a gateway, frames are addressed to it, past the routes of the kernel.
void require_on_link(Address gateway, const Route& route) {
  if (!route.gateway) return;
  throw Error(fmt::format("gateway {} is not on a link of this machine, but behind {}",
                          gateway.text(), route.gateway->text()));
}

/// How frames of our own leave by that route.
void choose_frames(LiveConfig& config, const Options& options, Address target, const Route& route) {
  if (options.gateway) require_on_link(*options.gateway, route);
  if (is_local(route)) {
    throw Error(
        fmt::format("{} is this machine itself, whose kernel takes no frames of ours; use "
                    "--method raw or connect",
                    target.text()));
  }
  switch (link_header(route.interface)) {
    case LinkHeader::ethernet:
      config.next_hop = mac_of(options.gateway.value_or(route.gateway.value_or(target)), route);
      return;
    case LinkHeader::none:
      if (options.gateway) break;  // nobody to choose on such a link
      config.inject = true;
      return;
    case LinkHeader::other:
      break;
  }
  throw Error(fmt::format("{} is no interface with Ethernet addresses{}", route.interface,
                          options.gateway ? ", so no gateway can be chosen on it" : ""));
}

void hold_ports(WayOut& way, const Options& options, const Route& route, std::uint16_t count,
                PortSharing sharing) {
  const auto ports =
      std::make_shared<SourcePorts>(route.source, options.source_port, count, sharing);
  way.ports = {.first = ports->first(), .count = count};
  way.held = ports;
}

/// One port has few answers at a time; many have up to all that a second brings.
int capture_buffer(const Options& options) {
  const int ports = options.last_port.value - options.first_port.value + 1;
  if (options.scan) return std::clamp(ports * 1024, 512 << 10, 16 << 20);
  return options.first_port == options.last_port ? 512 << 10 : 4 << 20;
}

WayOut open_packets(Method method, const Options& options, Address target, const Route& route) {
  WayOut way{.method = method};
  LiveConfig config{.interface = route.interface,
                    .capture_on = answers_come_by(route),
                    .bulk = options.scan,
                    .bind_to_interface = !options.interface.empty(),
                    .capture_buffer = capture_buffer(options)};
  if (method == Method::link) choose_frames(config, options, target, route);
  hold_ports(way, options, route, source_ports(options), PortSharing::exclusive);
  config.first_port = way.ports.first;
  config.ports = way.ports.count;
  way.handles = open_live(config);
  return way;
}

WayOut open_sockets(const Options& options, const Route& route) {
  if (!options.needs_packets.empty()) {
    throw Error(options.needs_packets + " takes packets of our own, which sockets don't make");
  }
  WayOut way{.method = Method::connect};
  const bool chosen_by_kernel = !options.one_path && !options.source_port;
  if (chosen_by_kernel) return way;
  Options sockets = options;
  sockets.method = Method::connect;
  hold_ports(way, options, route, source_ports(sockets), PortSharing::with_our_sockets);
  return way;
}

}  // namespace

WayOut open_way_out(Method method, const Options& options, Address target, const Route& route) {
  return method == Method::connect ? open_sockets(options, route)
                                   : open_packets(method, options, target, route);
}

WayOut open_best_way_out(const Options& options, Address target, const Route& route,
                         std::vector<std::string>& passed_over) {
  if (options.gateway) return open_way_out(Method::link, options, target, route);
  if (options.method != Method::automatic)
    return open_way_out(options.method, options, target, route);
  std::string reasons;
  for (const Method method : {Method::raw, Method::link, Method::connect}) {
    try {
      return open_way_out(method, options, target, route);
    } catch (const Error& error) {
      passed_over.push_back(fmt::format("method {} passed over: {}", name(method), error.what()));
      reasons += fmt::format("{}{}: {}", reasons.empty() ? "" : "; ", name(method), error.what());
    }
  }
  throw Error("no way to send SYNs: " + reasons);
}

std::vector<std::string> limits_of(Method method, const Options& options) {
  if (method != Method::connect) return {};
  std::vector<std::string> limits;
  if (options.one_path) {
    limits.emplace_back("one hop is asked after the other, to keep one source port");
  } else {
    limits.emplace_back(
        "each probe has its own source port, so load balancers may mix paths (--one-path)");
  }
  limits.emplace_back("the kernel chooses sequence numbers and options");
  limits.emplace_back("only the first answer to each probe is seen, and no IP header of a quote");
  return limits;
}

}  // namespace tracetcp
