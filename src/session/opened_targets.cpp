#include "session/opened_targets.hpp"

#include "core/scope.hpp"
#include "platform/interfaces.hpp"
#include "platform/privileges.hpp"
#include "platform/route.hpp"
#include "platform/source_ports.hpp"
#include "prober/sockets/connect_prober.hpp"
#include "session/flow_survey.hpp"
#include "session/opened_method.hpp"
#include "session/opening.hpp"

#include <tracetcp/dns.hpp>
#include <tracetcp/error.hpp>
#include <tracetcp/live.hpp>
#include <tracetcp/sim.hpp>

#include <fmt/core.h>

#include <algorithm>
#include <unordered_map>
#include <utility>

namespace tracetcp {
namespace {

constexpr Port usual_port{40001};

/// The addresses of this machine that SYNs may bear, each once. Those of one link need its name.
std::vector<Address> usable_sources(const SessionOptions& options) {
  if (options.source) return {*options.source};
  std::vector<Address> sources;
  for (const InterfaceAddress& entry : interface_addresses()) {
    const bool is_chosen = options.interface.empty() || entry.interface == options.interface;
    const bool is_known = std::find(sources.begin(), sources.end(), entry.address) != sources.end();
    if (is_chosen && !is_known && !is_link_local(entry.address)) sources.push_back(entry.address);
  }
  if (!sources.empty()) return sources;
  throw Error(options.interface.empty()
                  ? "this machine has no address to send from; `ip address` lists those it has"
                  : fmt::format("interface {} has no address to send from; `ip address` lists "
                                "those of this machine",
                                options.interface));
}

/// Keeps source ports to ourselves, on all addresses of this machine, or on the chosen one.
std::shared_ptr<SourcePorts> hold_ports(const SessionOptions& options, std::uint16_t count,
                                        PortSharing sharing) {
  const auto hold = [&](const Address& source) {
    return std::make_shared<SourcePorts>(source, 0, options.source_port, count, sharing);
  };
  if (options.source) return hold(*options.source);
  try {
    return hold(*Address::parse("::"));  // of both families
  } catch (const Error&) {
    return hold(Address());  // a machine without IPv6, or the port is in use: then so it says
  }
}

/// By the kernel's routes.
class KernelWays final : public WaysOut {
 public:
  KernelWays(const SessionOptions& options, Method method) : options_(options), method_(method) {}

  WayOut to(Address target, Port port) override {
    require_family(target);
    Route route = routes_.find({.target = options_.gateway.value_or(target),
                                .target_port = port,
                                .interface = options_.interface,
                                .source = options_.source});
    if (!allowed_.empty() &&
        std::find(allowed_.begin(), allowed_.end(), route.source) == allowed_.end()) {
      throw Error(
          fmt::format("{} is reached from {}, which no socket of this run sends from; trace "
                      "it by itself",
                      target.text(), route.source.text()));
    }
    WayOut way{.source = route.source, .interface = route.interface};
    const bool has_gateway = route.gateway.has_value();
    if (method_ == Method::raw) add_raw_limits(way, target, route);
    if (method_ == Method::connect && target.family() == Family::ipv6) {
      way.limits.emplace_back(
          "replies that take longer than 0.9 s are missed, as the kernel would repeat the SYN "
          "then, and it completes the handshake with an open port before it resets it");
    }
    const SocketWay socket{.source = route.source,
                           .zone = route.interface_index,
                           .interface = options_.interface,
                           .by_gateway = has_gateway};
    way.is_short_lived =
        method_ == Method::connect && ProbeSocket::lifetime(socket) != Duration::max();
    ways_.try_emplace(target, socket);
    return way;
  }

  [[nodiscard]] Address source_of(Address target) const override { return ways_.at(target).source; }

  [[nodiscard]] const SocketWay& socket_to(Address target) const { return ways_.at(target); }

  /// SYNs leave from these alone.
  void allow(std::vector<Address> sources) { allowed_ = std::move(sources); }

 private:
  void require_family(const Address& target) const {
    for (const auto& [what, address] :
         {std::pair("source", options_.source), std::pair("gateway", options_.gateway)}) {
      if (!address || address->family() == target.family()) continue;
      throw Error(fmt::format("{} {} is {} and the target {} is {}; give two of one family", what,
                              address->text(), name(address->family()), target.text(),
                              name(target.family())));
    }
  }

  /// A raw socket's packets have no ports for the kernel to route by.
  void add_raw_limits(WayOut& way, const Address& target, const Route& route) {
    if (is_local(route)) return;
    const Route by_addresses =
        routes_.find({.target = target, .interface = options_.interface, .source = route.source});
    if (same_way(by_addresses, route)) return;
    way.limits.push_back(
        fmt::format("a raw socket can't send by {} on {}, the kernel's way for this connection",
                    route.gateway ? route.gateway->text() : "the link itself", route.interface));
  }

  const SessionOptions& options_;
  const Method method_;
  Routes routes_;
  std::vector<Address> allowed_;  ///< empty: all
  std::unordered_map<Address, SocketWay> ways_;
};

/// What opens the network once privileges are given up.
using Start = std::function<void(OpenedTargets&, std::shared_ptr<RecordingFile>)>;

void describe(OpenedTargets& opened, Method method, const SessionOptions& options,
              const PortBlock& ports) {
  OpenedSession& session = opened.session;
  session.method = name(method);
  session.limits = limits_of(method, options);
  session.own_flows =
      method == Method::connect ? !options.one_path : options.tag_mode == TagMode::port;
  session.one_outstanding = method == Method::connect && options.one_path;
  session.source_ports = ports;
}

Start start_sockets(OpenedTargets& opened, const SessionOptions& options, const PortBlock& block,
                    const std::shared_ptr<KernelWays>& ways, const Waker& waker) {
  describe(opened, Method::connect, options, block);
  opened.session.probe_lifetime = ProbeSocket::longest_life;
  opened.ways = ways;
  return [ways, &options, &waker](OpenedTargets& started,
                                  const std::shared_ptr<RecordingFile>& /*file*/) {
    started.session.sockets = std::make_unique<ConnectProber>(
        ConnectConfig{.way = {},
                      .way_to = [ways](Address target) -> const SocketWay& {
                        return ways->socket_to(target);
                      },
                      .ports = started.session.source_ports,
                      .timeout = options.strategy.timeout},
        waker);
  };
}

Start open_sockets(OpenedTargets& opened, const SessionOptions& options, const Waker& waker) {
  if (!options.needs_packets.empty()) {
    throw Error(options.needs_packets + " needs crafted packets, which sockets don't make");
  }
  if (!options.interface.empty()) may_bind_to(options.interface, options);
  PortBlock block{.first = {}, .count = 1};
  SessionOptions sockets = options;
  sockets.method = Method::connect;
  if (options.one_path || options.source_port) {
    const auto ports = hold_ports(sockets, source_ports(sockets), PortSharing::with_our_sockets);
    block = {.first = ports->first(), .count = source_ports(sockets)};
    opened.session.held = ports;
  }
  return start_sockets(opened, options, block,
                       std::make_shared<KernelWays>(options, Method::connect), waker);
}

/// What a run by packets is changed to where its SYNs are not seen leaving; empty: it can't be.
std::function<void(OpenedTargets&)> switch_to_sockets(const SessionOptions& options,
                                                      const Waker& waker) {
  if (!may_use_sockets(options, Method::raw)) return nullptr;
  // What asks for routes can't be opened once privileges are given up.
  const auto ways = std::make_shared<KernelWays>(options, Method::connect);
  return [ways, &options, &waker](OpenedTargets& opened) {
    start_sockets(opened, options, {.first = {}, .count = 1}, ways, waker)(opened, nullptr);
    auto& limits = opened.session.limits;
    limits.insert(limits.begin(), why_by_sockets(Method::raw));
    opened.use_sockets = nullptr;
  };
}

Start open_raw(OpenedTargets& opened, const SessionOptions& options, const Waker& waker) {
  auto sources = usable_sources(options);
  const auto ports = hold_ports(options, source_ports(options), PortSharing::exclusive);
  const PortBlock block{.first = ports->first(), .count = source_ports(options)};
  constexpr int buffer = 4 << 20;  // bytes
  LiveConfig config{.interface = options.interface,
                    .capture_on = "any",
                    .first_port = block.first,
                    .ports = block.count,
                    .source = sources.front(),
                    .more_sources = {sources.begin() + 1, sources.end()},
                    .bind_to_interface = !options.interface.empty(),
                    .capture_buffer = buffer};
  const std::shared_ptr<LiveHandles> handles = open_live(config);
  describe(opened, Method::raw, options, block);
  opened.session.source = sources.front();
  opened.session.held = ports;
  auto ways = std::make_unique<KernelWays>(options, Method::raw);
  ways->allow(std::move(sources));
  opened.ways = std::move(ways);
  opened.use_sockets = switch_to_sockets(options, waker);
  return [handles, &waker](OpenedTargets& started, std::shared_ptr<RecordingFile> file) {
    set_link(started.session, handles->start(waker), std::move(file));
  };
}

Start open_frames(OpenedTargets& opened, const SessionOptions& options, const Waker& waker) {
  const Address gateway = *options.gateway;
  SessionOptions to_gateway = options;
  to_gateway.host = gateway.text();
  OpenedMethod way =
      open_method(Method::link, to_gateway, gateway, route_to({gateway}, to_gateway));
  describe(opened, Method::link, options, way.ports);
  auto& limits = opened.session.limits;
  limits.insert(limits.end(), way.limits.begin(), way.limits.end());
  opened.session.source = way.route.source;
  opened.session.held = way.held;
  auto ways = std::make_unique<KernelWays>(options, Method::link);
  ways->allow({way.route.source});
  opened.ways = std::move(ways);
  const std::shared_ptr<LiveHandles> handles = std::move(way.handles);
  return [handles, &waker](OpenedTargets& started, std::shared_ptr<RecordingFile> file) {
    set_link(started.session, handles->start(waker), std::move(file));
  };
}

Start open_best(OpenedTargets& opened, const SessionOptions& options, const Waker& waker) {
  if (options.gateway) return open_frames(opened, options, waker);
  if (options.method == Method::raw) return open_raw(opened, options, waker);
  if (options.method == Method::connect) return open_sockets(opened, options, waker);
  std::string why_not;
  try {
    return open_raw(opened, options, waker);
  } catch (const Error& error) {
    why_not = error.what();
    opened.session.passed_over.push_back(
        fmt::format("method {} passed over: {}", name(Method::raw), why_not));
  }
  try {
    return open_sockets(opened, options, waker);
  } catch (const Error& error) {
    throw Error(fmt::format("no way to send SYNs: {}: {}; {}: {}", name(Method::raw), why_not,
                            name(Method::connect), error.what()));
  }
}

Start open_real(OpenedTargets& opened, const SessionOptions& options, const Waker& waker) {
  Start start = open_best(opened, options, waker);
  opened.session.seed = options.seed ? *options.seed : random_seed();
  return [start = std::move(start), &options, &waker](OpenedTargets& started,
                                                      std::shared_ptr<RecordingFile> file) {
    start(started, std::move(file));
    const auto wake = [&waker] { waker.notify(); };
    started.hosts = dns_host_addresses(family_of(options), wake);
    if (options.look_up_names) {
      started.session.names = dns_names(wake);
    } else {
      started.session.names = std::make_unique<NoNames>();
    }
  };
}

/// The simulated network's own place to start from.
class SimulatedWays final : public WaysOut {
 public:
  SimulatedWays(std::shared_ptr<const Network> network, const SessionOptions& options)
      : network_(std::move(network)), options_(options) {}

  WayOut to(Address target, Port /*port*/) override { return {.source = source_of(target)}; }
  [[nodiscard]] Address source_of(Address target) const override {
    return options_.source ? *options_.source : network_->source(target.family());
  }

 private:
  std::shared_ptr<const Network> network_;
  const SessionOptions& options_;
};

/// Names that its file has; every answer is there at once.
class SimulatedHosts final : public HostAddresses {
 public:
  SimulatedHosts(std::shared_ptr<const Network> network, const SessionOptions& options)
      : network_(std::move(network)), options_(options) {}

  void ask(const std::string& /*host*/) override {}
  std::optional<Found> take(const std::string& host) override {
    Found found;
    SessionOptions one = options_;
    one.host = host;
    try {
      found.addresses = simulated_addresses(one, *network_);
    } catch (const Error& error) {
      found.failure = error.what();
    }
    return found;
  }

 private:
  std::shared_ptr<const Network> network_;
  const SessionOptions& options_;
};

Start open_simulated(OpenedTargets& opened, const SessionOptions& options) {
  const std::shared_ptr<const Network> network = load_network(options.sim_file);
  OpenedSession& session = opened.session;
  session.method = "simulated";
  session.own_flows = options.tag_mode == TagMode::port;
  session.source = options.source.value_or(network->source(options.family.value_or(Family::ipv4)));
  session.seed = options.seed ? *options.seed : network->seed();
  session.source_ports = {.first = options.source_port.value_or(usual_port),
                          .count = source_ports(options)};
  opened.ways = std::make_unique<SimulatedWays>(network, options);
  opened.hosts = std::make_unique<SimulatedHosts>(network, options);
  if (options.look_up_names) {
    opened.names_for = [network](Endpoint target) { return simulated_names(network, target); };
  }
  return [network](OpenedTargets& started, std::shared_ptr<RecordingFile> file) {
    started.session.names = std::make_unique<NoNames>();
    set_link(started.session, make_simulated_link(network, started.session.seed), std::move(file));
  };
}

}  // namespace

OpenedTargets open_targets(const SessionOptions& options, const Waker& waker, Beside& beside) {
  OpenedTargets opened;
  if (!options.sim_file.empty()) drop_privileges();
  const Start start = options.sim_file.empty() ? open_real(opened, options, waker)
                                               : open_simulated(opened, options);
  opened.session.source_of = [ways = opened.ways](Address target) {
    return ways->source_of(target);
  };
  auto file = open_files(opened.session, options, beside);
  set_confined(opened.session, options,
               {.sockets = true, .terminal = options.sets_terminal, .serving = options.serves});
  start(opened, std::move(file));
  return opened;
}

}  // namespace tracetcp
