#pragma once

#include "identity/tagger.hpp"
#include "platform/route.hpp"

#include <tracetcp/address.hpp>
#include <tracetcp/session.hpp>

#include <cstddef>
#include <string>
#include <vector>

namespace tracetcp {

/// The ways that the flows of a run take out of this machine.
struct FlowSurvey {
  std::vector<std::string> interfaces;  ///< the first flow's first
  std::size_t gateways = 1;             ///< how many neighbours, where there is one interface
};

/// Throws Error where the kernel sends to some port from another address than to the first, which
/// one run can't do, or not at all. Of more than 512 ports about 512 are asked for, spread evenly.
void require_one_source(Address target, const Route& first, const SessionOptions& options);

/// Asks the kernel for the route of each flow of a run: each source port with each target port. Of
/// more than 512 flows about 512 are asked for, spread evenly. Throws Error.
FlowSurvey survey_flows(Address target, const Route& first, PortBlock source_ports,
                        const SessionOptions& options);

/// Whether connections to the first port leave by other interfaces when they come from other source
/// ports.
bool varies_by_source_port(Address target, const Route& first, const SessionOptions& options);

/// Whether sockets can be bound to that interface. Throws Error where that is refused and the user
/// asked for it.
bool may_bind_to(const std::string& interface, const SessionOptions& options);

/// Whether the source port of an application's connection counts for its route. The kernel chooses
/// the source address by a route before there is a source port. Over IPv4 it then looks for the way
/// of the whole flow (ip_route_connect() and ip_route_newports() of Linux), over IPv6 it keeps the
/// first one (tcp_v6_connect()), unless the source was bound before: by another way packets might
/// bear another provider's source.
bool routes_see_source_ports(Family family, const SessionOptions& options);

/// Whether the kernel hashes more than addresses to choose among the ways of a multipath route
/// (fib_multipath_hash_policy of sysctl), so that it may send a TCP connection and a packet of a
/// raw socket by different ones.
bool routes_depend_on_ports(Family family);

}  // namespace tracetcp
