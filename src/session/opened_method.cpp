#include "session/opened_method.hpp"

#include "core/joined.hpp"
#include "core/scope.hpp"
#include "link/live/arp.hpp"
#include "link/live/solicitation.hpp"
#include "platform/flow_routes.hpp"
#include "platform/interfaces.hpp"
#include "platform/neighbour.hpp"
#include "platform/source_ports.hpp"
#include "platform/unprivileged.hpp"
#include "prober/sockets/connect_prober.hpp"
#include "session/flow_survey.hpp"

#include <tracetcp/error.hpp>

#include <fmt/core.h>

#include <algorithm>

namespace tracetcp {
namespace {

/// The address that an IPv6 neighbour answers to: the route's source where it is the interface's
/// own, as RFC 4861, section 7.2.2, prefers it, else a link-local one.
Address solicitor(const Route& route) {
  std::optional<Address> link_local;
  for (const InterfaceAddress& entry : interface_addresses()) {
    if (entry.interface != route.interface || entry.address.family() != Family::ipv6) continue;
    if (entry.address == route.source) return entry.address;
    if (is_link_local(entry.address)) link_local = entry.address;
  }
  if (link_local) return *link_local;
  throw Error(route.interface + " has no IPv6 address of its own to ask its neighbours from");
}

/// Asks without privileges.
template <class Question>
Mac asked_mac(Question question, const Address& neighbour) {
  const std::string answer = run_unprivileged([&] {
    const Mac mac = question.ask(neighbour);
    return std::string(mac.begin(), mac.end());
  });
  Mac mac{};
  if (answer.size() != mac.size()) throw Error("the look-up of a MAC address ended too early");
  std::copy(answer.begin(), answer.end(), mac.begin());
  return mac;
}

/// From the kernel's table, else by a question of our own.
Mac mac_of(const Address& neighbour, const Route& route) {
  if (const auto known = find_neighbour(neighbour, route.interface_index)) return *known;
  if (neighbour.family() == Family::ipv4) {
    return asked_mac(Arp(route.interface, route.source), neighbour);
  }
  return asked_mac(Solicitation(route.interface, solicitor(route)), neighbour);
}

/// Where -g names a gateway, frames are addressed to it, past the routes of the kernel.
void require_on_link(Address gateway, const Route& route) {
  if (!route.gateway) return;
  throw Error(fmt::format("gateway {} is not on a link of this machine, but behind {}",
                          gateway.text(), route.gateway->text()));
}

/// How link-layer frames leave by that route.
void choose_frames(LiveConfig& config, const SessionOptions& options, Address target,
                   const Route& route) {
  if (options.gateway) require_on_link(*options.gateway, route);
  if (is_local(route)) {
    throw Error(
        fmt::format("{} is this machine itself, which frames on a link do not reach; use "
                    "--method raw or connect",
                    target.text()));
  }
  switch (link_header(route.interface)) {
    case LinkHeader::ethernet: {
      const Gateway neighbour = route.gateway.value_or(Gateway{options.gateway.value_or(target)});
      if (!neighbour.address) {
        throw Error(
            fmt::format("the gateway on {} is not known: no netlink socket can be opened here",
                        route.interface));
      }
      config.next_hop = mac_of(*neighbour.address, route);
      return;
    }
    case LinkHeader::none:
      if (options.gateway) break;  // such a link has no gateway to choose
      config.inject = true;
      return;
    case LinkHeader::other:
      break;
  }
  throw Error(fmt::format("{} is no interface with Ethernet addresses{}", route.interface,
                          options.gateway ? ", so no gateway can be chosen on it" : ""));
}

void hold_ports(OpenedMethod& way, const SessionOptions& options, const Route& route,
                std::uint16_t count, PortSharing sharing) {
  const auto ports = std::make_shared<SourcePorts>(route.source, route.interface_index,
                                                   options.source_port, count, sharing);
  way.ports = {.first = ports->first(), .count = count};
  way.held = ports;
}

/// One port has few answers at a time; many have up to all that a second brings.
int capture_buffer(const SessionOptions& options) {
  const int ports = static_cast<int>(options.ports.size());
  if (options.scan) return std::clamp(ports * 1024, 512 << 10, 16 << 20);
  return ports == 1 ? 512 << 10 : 4 << 20;
}

/// Empty where there is no such way.
std::optional<Route> route_if_any(const RouteQuery& query) {
  try {
    return find_route(query);
  } catch (const Error&) {
    return std::nullopt;
  }
}

/// Whether an IPv6 target is reached by another interface too.
bool has_other_way(const Address& target, const Route& route) {
  if (target.family() == Family::ipv4) return false;
  const auto ours = interface_addresses();
  return std::any_of(ours.begin(), ours.end(), [&](const InterfaceAddress& entry) {
    const bool may_lead = entry.address.family() == Family::ipv6 && entry.is_running &&
                          !entry.is_loopback && entry.interface != route.interface;
    return may_lead && route_if_any({.target = target, .interface = entry.interface});
  });
}

/// Which interface a raw socket has to ask for, so that its packets, which have no ports for the
/// kernel, go where those of the flow would. Throws Error where it can't make them go there.
void choose_raw_route(LiveConfig& config, OpenedMethod& way, const SessionOptions& options,
                      Address target) {
  if (is_local(way.route)) return;
  const auto by_interface = route_if_any(
      {.target = target, .interface = way.route.interface, .source = way.route.source});
  if (by_interface && same_way(*by_interface, way.route)) {
    config.route_by = way.route.interface_index;
    // Of IPv6 the kernel takes that for a hint, as the socket is bound to a source address.
    config.bind_to_interface = config.bind_to_interface || has_other_way(target, way.route);
    return;
  }
  // Of several gateways on one interface that is always the first.
  const RouteQuery by_addresses{.target = target, .source = way.route.source};
  const bool is_exact = options.interface.empty() && !routes_depend_on_ports(target.family()) &&
                        same_way(find_route(by_addresses), way.route);
  if (is_exact) return;
  const std::string inexact = fmt::format(
      "a raw socket can't send by {} on {}, the kernel's way for this connection",
      way.route.gateway ? way.route.gateway->text() : "the link itself", way.route.interface);
  // Where no route leads there by that interface the kernel would look for the target on its link.
  const bool leads_there = by_interface && by_interface->gateway.has_value();
  if (options.method == Method::automatic || !leads_there) {
    throw Error(inexact + "; use --method link or connect");
  }
  config.route_by = way.route.interface_index;
  way.limits.push_back(inexact);
}

/// Where not all flows of the run take the first one's way.
void follow_flows(LiveConfig& config, OpenedMethod& way, const SessionOptions& options,
                  Address target) {
  const FlowSurvey survey = survey_flows(target, way.route, way.ports, options);
  const bool by_source_port = routes_see_source_ports(target.family(), options);
  if (survey.interfaces.size() > 1 && way.method == Method::raw && by_source_port) {
    const auto routes =
        std::make_shared<FlowRoutes>(RouteQuestion{.target = target,
                                                   .source = way.route.source,
                                                   .interface_index = way.route.interface_index});
    config.route_of_flow_by = [routes](Port from, Port to) {
      return routes->interface_of(from, to);
    };
  } else if (survey.interfaces.size() > 1) {
    way.limits.push_back(
        fmt::format("the kernel spreads these connections over {}; all SYNs leave "
                    "by {}",
                    joined(survey.interfaces, ", "), way.route.interface));
  } else if (survey.gateways > 1) {
    way.limits.push_back(
        fmt::format("the kernel spreads these connections over {} gateways on {}; "
                    "all SYNs go to one of them",
                    survey.gateways, way.route.interface));
  }
}

/// Asks the kernel's neighbour table whether the next hop answers. Empty where the table has no
/// entry for it: packets to this machine itself have no next hop, and -g leaves the kernel's
/// routes.
WhyUnsent ask_next_hop(const Route& route, Address next, const SessionOptions& options) {
  if (is_local(route) || options.gateway) return nullptr;
  const Gateway neighbour = route.gateway.value_or(Gateway{next});
  if (!neighbour.address) return nullptr;
  const auto watch = std::make_shared<NeighbourWatch>(*neighbour.address, route.interface_index);
  const Refusal refusal{.cause = Refusal::Cause::no_neighbour,
                        .reason = "",
                        .neighbour = neighbour.address,
                        .interface = route.interface};
  return [watch, refusal] { return watch->is_silent() ? std::optional(refusal) : std::nullopt; };
}

/// Where no route leads to the target by the interface that was asked for, the kernel looks for it
/// on that link.
void note_missing_route(OpenedMethod& way, const SessionOptions& options, Address target) {
  if (options.interface.empty() || way.route.gateway || is_local(way.route)) return;
  if (is_link_local(target)) return;
  const std::string clause =
      fmt::format("no route leads to {} by {}, so it is looked for on that link itself",
                  target.text(), way.route.interface);
  try {
    const Route usual = find_route({.target = target, .source = way.route.source});
    if (!same_way(usual, way.route)) way.limits.push_back(clause);
  } catch (const Error&) {
    way.limits.push_back(clause);  // no route by any other interface either
  }
}

/// Whether all answers come in by the interface of the route.
bool is_seen_on_one(const Route& route, const SessionOptions& options) {
  return !options.capture_everywhere && is_only_way_back(route);
}

/// `before` is the route before there is a source port.
Route route_of_first_flow(const Address& next, Port source_port, const SessionOptions& options,
                          const Route& before) {
  if (!routes_see_source_ports(next.family(), options)) return before;
  return find_route({.target = next,
                     .target_port = options.ports.front(),
                     .source_port = source_port,
                     .interface = options.interface,
                     .source = before.source});
}

OpenedMethod open_packets(Method method, const SessionOptions& options, Address target,
                          const Route& route) {
  OpenedMethod way{.method = method};
  hold_ports(way, options, route, source_ports(options), PortSharing::exclusive);
  const Address next = options.gateway.value_or(target);
  way.route = route_of_first_flow(next, way.ports.first, options, route);
  LiveConfig config{.interface = way.route.interface,
                    .capture_on = is_seen_on_one(way.route, options) ? way.route.interface : "any",
                    .first_port = way.ports.first,
                    .ports = way.ports.count,
                    .bulk = options.scan,
                    .source = way.route.source,
                    .bind_to_interface = !options.interface.empty(),
                    .capture_buffer = capture_buffer(options)};
  way.why_unsent = ask_next_hop(way.route, next, options);
  note_missing_route(way, options, next);
  if (method == Method::link) {
    choose_frames(config, options, target, way.route);
  } else {
    choose_raw_route(config, way, options, target);
  }
  if (options.interface.empty() && !options.gateway) follow_flows(config, way, options, target);
  way.handles = open_live(config);
  return way;
}

OpenedMethod open_sockets(const SessionOptions& options, Address target, const Route& route) {
  const std::string missing = connect_is_missing();
  if (!missing.empty()) throw Error(missing);
  if (!options.needs_packets.empty()) {
    throw Error(options.needs_packets + " needs crafted packets, which sockets don't make");
  }
  OpenedMethod way{.method = Method::connect, .route = route};
  if (target.family() == Family::ipv6) {
    way.limits.emplace_back(
        "replies that take longer than 0.9 s are missed, as the kernel would repeat the SYN then, "
        "and it completes the handshake with an open port before it resets it");
  }
  way.why_unsent = ask_next_hop(route, target, options);
  note_missing_route(way, options, target);
  // A bound socket can't follow the NAT of this machine, so only where the kernel would else send
  // some SYNs of a trace by another interface.
  way.bind_sockets = !options.interface.empty() || varies_by_source_port(target, route, options);
  way.bind_sockets = way.bind_sockets && may_bind_to(route.interface, options);
  const bool chosen_by_kernel = !options.one_path && !options.source_port;
  if (chosen_by_kernel) return way;
  SessionOptions sockets = options;
  sockets.method = Method::connect;
  hold_ports(way, options, route, source_ports(sockets), PortSharing::with_our_sockets);
  return way;
}

/// A link-local source would not get past the gateway.
void choose_source(Route& route, const Address& target, const SessionOptions& options) {
  if (options.source || !options.gateway || !is_link_local(route.source)) return;
  route.source = find_route({.target = target, .interface = route.interface}).source;
}

/// Whether this machine has an address of that family by which others than its neighbours reach it.
bool has_family(Family family) {
  const auto ours = interface_addresses();
  return std::any_of(ours.begin(), ours.end(), [&](const InterfaceAddress& entry) {
    return entry.address.family() == family && !entry.is_loopback && !is_link_local(entry.address);
  });
}

/// Which family is missing where. The target's addresses that can be reached come first.
std::string lacking_family(const std::vector<Address>& target, const SessionOptions& options) {
  const std::string_view missing = name(target.front().family());
  return fmt::format(
      "cannot reach {}: its addresses are of {} only ({}{}), and this machine has no {} address; "
      "`ip address` lists those that it has",
      options.host, missing, target.front().text(), target.size() > 1 ? ", ..." : "", missing);
}

}  // namespace

Route route_to(const std::vector<Address>& target, const SessionOptions& options) {
  const Address first = target.front();
  try {
    Route route = find_route({.target = options.gateway.value_or(first),
                              .target_port = options.ports.front(),
                              .interface = options.interface,
                              .source = options.source});
    choose_source(route, first, options);
    return route;
  } catch (const Error&) {
    // Of an address the error itself says which family is missing on which interface.
    if (Address::parse(options.host)) throw;
    if (has_family(first.family()) || is_link_local(first) || is_loopback(first)) throw;
    throw Error(lacking_family(target, options));
  }
}

OpenedMethod open_method(Method method, const SessionOptions& options, Address target,
                         const Route& route) {
  return method == Method::connect ? open_sockets(options, target, route)
                                   : open_packets(method, options, target, route);
}

bool may_use_sockets(const SessionOptions& options, Method packets) {
  const bool is_free = options.method == Method::automatic && packets != Method::connect;
  if (!is_free || !options.interface.empty() || !options.needs_packets.empty()) return false;
  return !options.one_path && !options.source_port && !options.gateway;
}

std::string why_by_sockets(Method packets) {
  return fmt::format(
      "taken as SYNs by method {} were not seen leaving this machine, as where its NAT leads them "
      "elsewhere",
      name(packets));
}

std::optional<OpenedMethod> method_by_sockets(const SessionOptions& options,
                                              const OpenedMethod& packets) {
  if (!may_use_sockets(options, packets.method)) return std::nullopt;
  return OpenedMethod{
      .method = Method::connect, .route = packets.route, .why_unsent = packets.why_unsent};
}

OpenedMethod open_best_method(const SessionOptions& options, Address target, const Route& route,
                              std::vector<std::string>& passed_over) {
  require_one_source(target, route, options);
  if (options.gateway) return open_method(Method::link, options, target, route);
  if (options.method != Method::automatic)
    return open_method(options.method, options, target, route);
  std::string reasons;
  for (const Method method : {Method::raw, Method::link, Method::connect}) {
    try {
      return open_method(method, options, target, route);
    } catch (const Error& error) {
      passed_over.push_back(fmt::format("method {} passed over: {}", name(method), error.what()));
      reasons += fmt::format("{}{}: {}", reasons.empty() ? "" : "; ", name(method), error.what());
    }
  }
  throw Error("no way to send SYNs: " + reasons);
}

std::vector<std::string> limits_of(Method method, const SessionOptions& options) {
  if (method == Method::link) {
    return {"frames pass by this machine's own packet filter and NAT, as an application's do not"};
  }
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
  limits.emplace_back("whether a SYN left this machine is not seen");
  return limits;
}

}  // namespace tracetcp
