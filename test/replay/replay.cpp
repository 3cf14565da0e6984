// Runs the engine again over a recording that --write made, with the options that made it, and
// prints its report:
//
//   replay CAPTURE ARGUMENTS...
//
// The recording stands in for the network: source, target and ports come from its first SYN. It
// ends with status 1 and one line where the engine sends anything else than it did, or at another
// moment; see ReplayLink for what that means. The seed has to be among the arguments, unless it is
// that of the file of --sim, which also gives the names.

#include "cli/program.hpp"
#include "link/replay/replay_link.hpp"

#include <tracetcp/error.hpp>
#include <tracetcp/sim.hpp>

#include <cstdio>

using namespace tracetcp;
using namespace tracetcp::cli;

namespace {

World world_of(const TcpSegment& first, const Options& options) {
  World world{.target = first.ip.destination};
  world.method = "raw";
  world.interface = options.interface;
  world.source = first.ip.source;
  world.source_ports = {.first = first.tcp.source, .count = source_ports(options)};
  world.seed = options.seed.value_or(0);
  world.names = std::make_unique<NoNames>();
  if (options.sim_file.empty()) return world;
  const auto network = load_network(options.sim_file);
  world.method = "simulated";
  world.seed = options.seed.value_or(network->seed());
  if (options.look_up_names) {
    world.names = simulated_names(network, {world.target, options.ports.front()});
  }
  return world;
}

void replay(const char* capture, const Options& options) {
  auto recording = read_recording(capture);
  World world = world_of(first_syn(recording), options);
  auto link = std::make_unique<ReplayLink>(std::move(recording),
                                           options.sim_file.empty() ? as_live : exactly);
  const ReplayLink& replayed = *link;
  world.link = std::move(link);
  ReportFiles none(options);
  trace_in(world, none, options, [] { return false; });
  replayed.finish();
}

}  // namespace

int main(int argc, char** argv) {
  if (argc < 3) {
    std::fputs("usage: replay CAPTURE ARGUMENTS...\n", stderr);
    return 2;
  }
  try {
    replay(argv[1], parse(argc - 1, argv + 1));
    return 0;
  } catch (const std::exception& error) {
    std::fprintf(stderr, "replay of %s: %s\n", argv[1], error.what());
    return 1;
  }
}
