#include "session/world.hpp"

#include "platform/confine.hpp"
#include "platform/privileges.hpp"
#include "platform/unprivileged.hpp"
#include "prober/sockets/connect_prober.hpp"
#include "session/way_out.hpp"

#include <tracetcp/dns.hpp>
#include <tracetcp/error.hpp>
#include <tracetcp/sim.hpp>

#include <fmt/core.h>

#include <random>
#include <sstream>

namespace tracetcp {
namespace {

/// Empty where nothing is to be recorded.
std::unique_ptr<SavefileWriter> open_recording(const SessionOptions& options) {
  if (options.write_file.empty()) return nullptr;
  const AsCaller caller;
  return std::make_unique<SavefileWriter>(
      options.write_file, options.overwrite,
      options.compares_by_itself ? Recorded::first_with_controls : Recorded::asked_for);
}

/// All files; the recording is returned. Where one of them can't be opened no new one is left
/// behind.
std::unique_ptr<SavefileWriter> open_files(World& world, const SessionOptions& options,
                                           Beside& beside) {
  beside.open(world.passed_over);
  try {
    auto recording = open_recording(options);
    if (recording != nullptr) beside.recorded_to(options.write_file);
    return recording;
  } catch (const Error&) {
    beside.discard();
    throw;
  }
}

void set_link(World& world, std::unique_ptr<Link> link, std::unique_ptr<SavefileWriter> file) {
  if (file == nullptr) {
    world.link = std::move(link);
    return;
  }
  auto recording = std::make_unique<RecordingLink>(std::move(link), std::move(file));
  world.recording = recording.get();
  world.link = std::move(recording);
}

void set_confined(World& world, const SessionOptions& options, SandboxNeeds needs) {
  if (!options.filter_system_calls) {
    const std::string left = drop_privileges();
    if (left.empty()) return;
    throw Error("cannot give up privileges (" + left + "); run as a user without privileges");
  }
  const Confinement confinement = confine(needs);
  world.unconfined = confinement.unfiltered;
  if (confinement.privileged.empty()) return;
  world.passed_over.push_back("capabilities are left: " + confinement.privileged);
}

void describe(World& world, const WayOut& way, const SessionOptions& options) {
  world.method = name(way.method);
  world.limits = limits_of(way.method, options);
  world.limits.insert(world.limits.end(), way.limits.begin(), way.limits.end());
  world.one_outstanding = way.method == Method::connect && options.one_path;
  if (way.method == Method::connect && !way.route.gateway) {
    world.probe_lifetime = ProbeSocket::longest_life;
  }
  world.own_flows =
      way.method == Method::connect ? !options.one_path : options.tag_mode == TagMode::port;
  world.interface = way.route.interface;
  world.source = way.route.source;
  world.source_ports = way.ports;
  world.why_unsent = way.why_unsent;
}

/// Reports say that it was not the first choice.
std::function<void(World&)> switch_to_sockets(const SessionOptions& options, const WayOut& packets,
                                              const Waker& waker) {
  auto sockets = way_by_sockets(options, packets);
  if (!sockets) return nullptr;
  const auto way = std::make_shared<WayOut>(std::move(*sockets));
  const auto method = packets.method;
  return [way, method, &options, &waker](World& world) {
    describe(world, *way, options);
    world.limits.insert(
        world.limits.begin(),
        fmt::format("taken as SYNs by method {} were not seen leaving this machine, as where its "
                    "NAT leads them elsewhere",
                    name(method)));
    world.link.reset();
    world.sockets = socket_prober(options, *way, waker);
    world.use_sockets = nullptr;
  };
}

World open_real(const SessionOptions& options, const Waker& waker, Beside& beside) {
  World world;
  world.addresses = resolve(options.host);
  world.target = world.addresses.front();
  const WayOut way =
      open_best_way_out(options, world.target, route_to(world.target, options), world.passed_over);
  describe(world, way, options);
  world.use_sockets = switch_to_sockets(options, way, waker);
  world.seed = options.seed ? *options.seed : random_seed();
  world.held = way.held;
  // Last of all that can fail, so that no file is left behind; but root may write anywhere, which
  // it can't any more without its capabilities.
  auto file = open_files(world, options, beside);
  set_confined(
      world, options,
      {.sockets = options.look_up_names || way.handles == nullptr || world.use_sockets != nullptr});
  if (way.handles == nullptr) {
    world.sockets = socket_prober(options, way, waker);
  } else {
    set_link(world, way.handles->start(waker), std::move(file));
  }
  if (options.look_up_names) {
    world.names = dns_names([&waker] { waker.notify(); });
  } else {
    world.names = std::make_unique<NoNames>();
  }
  return world;
}

World open_simulated(const SessionOptions& options, Beside& beside) {
  drop_privileges();
  const auto network = load_network(options.sim_file);
  World world;
  if (const auto address = Address::parse_ipv4(options.host)) {
    world.addresses = {*address};
  } else {
    world.addresses = network->addresses_of(options.host, options.ports.front());
  }
  if (world.addresses.empty()) {
    throw Error(fmt::format("no host {} in {}; give the name of a host in that file", options.host,
                            options.sim_file));
  }
  world.target = world.addresses.front();
  world.method = "simulated";
  world.own_flows = options.tag_mode == TagMode::port;
  world.source = options.source ? *options.source : network->source();
  world.seed = options.seed ? *options.seed : network->seed();
  constexpr Port usual_port{40001};
  world.source_ports = {.first = options.source_port ? *options.source_port : usual_port,
                        .count = source_ports(options)};
  auto file = open_files(world, options, beside);
  set_confined(world, options, {});
  set_link(world, make_simulated_link(network, world.seed), std::move(file));
  if (options.look_up_names) {
    world.names = simulated_names(network, {world.target, options.ports.front()});
  } else {
    world.names = std::make_unique<NoNames>();
  }
  return world;
}

}  // namespace

std::uint64_t random_seed() {
  std::random_device device;
  return std::uint64_t{device()} << 32 | device();
}

std::vector<Address> resolve(const std::string& host) {
  if (const auto address = Address::parse_ipv4(host)) return {*address};
  std::istringstream answer(run_unprivileged([&] {
    std::string text;
    for (const Address address : resolve_host(host)) text += address.text() + ' ';
    return text;
  }));
  std::vector<Address> addresses;
  for (std::string text; answer >> text;) {
    if (const auto address = Address::parse_ipv4(text)) addresses.push_back(*address);
  }
  if (addresses.empty()) throw Error("the look-up of " + host + " ended too early");
  return addresses;
}

std::unique_ptr<Prober> socket_prober(const SessionOptions& options, const WayOut& way,
                                      const Waker& waker) {
  return std::make_unique<ConnectProber>(
      ConnectConfig{.way = {.source = way.route.source,
                            .interface = way.bind_sockets ? way.route.interface : "",
                            .by_gateway = way.route.gateway.has_value()},
                    .ports = way.ports,
                    .timeout = options.strategy.timeout,
                    .why_unsent = way.why_unsent},
      waker);
}

World open_world(const SessionOptions& options, const Waker& waker, Beside& beside) {
  return options.sim_file.empty() ? open_real(options, waker, beside)
                                  : open_simulated(options, beside);
}

}  // namespace tracetcp
