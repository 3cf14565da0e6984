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

OpenedSession world_of(const TcpSegment& first, const Options& options) {
  OpenedSession session{.target = first.ip.destination};
  session.method = "raw";
  session.interface = options.interface;
  session.source = first.ip.source;
  session.source_ports = {.first = first.tcp.source, .count = source_ports(options)};
  session.seed = options.seed.value_or(0);
  session.names = std::make_unique<NoNames>();
  if (options.sim_file.empty()) return session;
  const auto network = load_network(options.sim_file);
  session.method = "simulated";
  session.seed = options.seed.value_or(network->seed());
  if (options.look_up_names) {
    session.names = simulated_names(network, {session.target, options.ports.front()});
  }
  return session;
}

void replay(const char* capture, const Options& options) {
  auto recording = read_recording(capture);
  OpenedSession session = world_of(first_syn(recording), options);
  auto link = std::make_unique<ReplayLink>(std::move(recording),
                                           options.sim_file.empty() ? as_live : exactly);
  const ReplayLink& replayed = *link;
  session.link = std::move(link);
  ReportFiles none(options);
  trace_in(session, none, options, {.interrupted = [] { return false; }});
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
