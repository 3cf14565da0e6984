#include "cli/run_info.hpp"

namespace tracetcp::cli {

namespace {

RunInfo info_of_all(const OpenedSession& session, const Options& options,
                    const Networks* networks) {
  return {.target_name = "",
          .method = session.method,
          .interface = session.interface,
          .source = {session.source, session.source_ports.first},
          .limits = session.limits,
          .max_hops = options.strategy.max_hops,
          .probes_per_hop = options.strategy.probes_per_hop,
          .precise = options.precise,
          .networks = networks};
}

}  // namespace

RunInfo info_of(const OpenedSession& session, const Options& options, const Networks* networks) {
  RunInfo info = info_of_all(session, options, networks);
  add_target(info, options.host, session.addresses);
  info.all_paths = options.all_paths;
  if (options.ports.size() == 1) info.command = options.command;
  return info;
}

RunInfo info_of(const OpenedTargets& opened, const Options& options, const Networks* networks) {
  return info_of_all(opened.session, options, networks);
}

void add_target(RunInfo& info, const std::string& host, const std::vector<Address>& addresses) {
  info.target_name = Address::parse(host) ? "" : host;
  info.target_addresses = addresses.size() > 1 ? addresses : std::vector<Address>{};
}

void add_way(RunInfo& info, const WayOut& way) {
  info.interface = way.interface;
  info.source.address = way.source;
  info.limits.insert(info.limits.end(), way.limits.begin(), way.limits.end());
}

}  // namespace tracetcp::cli
