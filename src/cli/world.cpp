#include "cli/world.hpp"

#include "platform/neighbour.hpp"
#include "platform/privileges.hpp"
#include "platform/route.hpp"
#include "platform/source_ports.hpp"
#include "platform/unprivileged.hpp"

#include <tracetcp/dns.hpp>
#include <tracetcp/error.hpp>
#include <tracetcp/live.hpp>
#include <tracetcp/sim.hpp>

#include <fmt/format.h>

#include <random>

namespace tracetcp {
namespace {

std::uint64_t random_seed() {
  std::random_device device;
  return std::uint64_t{device()} << 32 | device();
}

/// DNS answers are not parsed by a process that has privileges.
Address resolve(const std::string& host) {
  if (const auto address = Address::parse(host)) return *address;
  return *Address::parse(run_unprivileged([&] { return resolve_host(host).text(); }));
}

/// Where -g names a gateway, frames are addressed to it, past the routes of the kernel.
std::optional<Mac> mac_of_gateway(const Options& options, const Route& route) {
  if (!options.gateway) return std::nullopt;
  const std::string gateway = options.gateway->text();
  if (route.gateway) {
    throw Error(fmt::format("gateway {} is not on a link of this machine, but behind {}", gateway,
                            route.gateway->text()));
  }
  return find_neighbour(*options.gateway, route.interface, route.interface_index);
}

/// Answers come to the interface that has the source address, which may be another than the one
/// that the SYNs leave by: then all are listened on.
std::string answers_come_by(const Route& route) {
  return has_address(route.interface, route.source) ? route.interface : "any";
}

/// Empty where nothing is to be recorded.
std::unique_ptr<SavefileWriter> open_recording(const Options& options) {
  if (options.write_file.empty()) return nullptr;
  const AsCaller caller;
  return std::make_unique<SavefileWriter>(options.write_file, options.overwrite);
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

/// One port has few answers at a time; many have up to all that a second brings.
int capture_buffer(const Options& options) {
  return options.first_port == options.last_port ? 512 << 10 : 4 << 20;
}

World open_real(const Options& options, const Waker& waker) {
  World world{.target = resolve(options.host)};
  const Route route = find_route(options.gateway ? *options.gateway : world.target,
                                 options.interface, options.source);
  const auto next_hop = mac_of_gateway(options, route);
  world.method = next_hop ? "link" : "raw";
  world.interface = route.interface;
  world.source = route.source;
  world.seed = options.seed ? *options.seed : random_seed();

  auto ports =
      std::make_shared<SourcePorts>(route.source, options.source_port, source_ports(options));
  world.source_ports = {.first = ports->first(), .count = source_ports(options)};
  world.held = ports;
  const auto handles = open_live({.interface = route.interface,
                                  .capture_on = answers_come_by(route),
                                  .first_port = world.source_ports.first,
                                  .ports = world.source_ports.count,
                                  .bind_to_interface = !options.interface.empty(),
                                  .capture_buffer = capture_buffer(options),
                                  .next_hop = next_hop});
  // Last of all that can fail, so that no file is left behind; but root may write anywhere, which
  // it can't any more without its capabilities.
  auto file = open_recording(options);
  drop_privileges();
  set_link(world, handles->start(waker), std::move(file));
  if (options.look_up_names) {
    world.names = dns_names([&waker] { waker.notify(); });
  } else {
    world.names = std::make_unique<NoNames>();
  }
  return world;
}

World open_simulated(const Options& options) {
  drop_privileges();
  const auto network = load_network(options.sim_file);
  auto target = Address::parse(options.host);
  if (!target) target = network->resolve(options.host, options.first_port);
  if (!target) {
    throw Error(fmt::format("no host {} in {}; its hosts are those with that name there",
                            options.host, options.sim_file));
  }
  World world{.target = *target};
  world.method = "simulated";
  world.source = options.source ? *options.source : network->source();
  world.seed = options.seed ? *options.seed : network->seed();
  constexpr Port usual_port{40001};
  world.source_ports = {.first = options.source_port ? *options.source_port : usual_port,
                        .count = source_ports(options)};
  set_link(world, make_simulated_link(network, world.seed), open_recording(options));
  if (options.look_up_names) {
    world.names = simulated_names(network, {*target, options.first_port});
  } else {
    world.names = std::make_unique<NoNames>();
  }
  return world;
}

}  // namespace

World open_world(const Options& options, const Waker& waker) {
  return options.sim_file.empty() ? open_real(options, waker) : open_simulated(options);
}

}  // namespace tracetcp
