#include "cli/run_info.hpp"

namespace tracetcp::cli {

RunInfo info_of(const OpenedSession& session, const Options& options, const Networks* networks) {
  return {
      .target_name = Address::parse(options.host) ? "" : options.host,
      .target_addresses = session.addresses.size() > 1 ? session.addresses : std::vector<Address>{},
      .method = session.method,
      .interface = session.interface,
      .source = {session.source, session.source_ports.first},
      .limits = session.limits,
      .max_hops = options.strategy.max_hops,
      .probes_per_hop = options.strategy.probes_per_hop,
      .all_paths = options.all_paths,
      .precise = options.precise,
      .command = options.ports.size() == 1 ? options.command : "",
      .networks = networks};
}

}  // namespace tracetcp::cli
