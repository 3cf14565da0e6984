#pragma once

#include "platform/gateway.hpp"

#include <tracetcp/address.hpp>

#include <cstdint>
#include <memory>
#include <optional>
#include <string>

namespace tracetcp {

class Netlink;

/// How packets to a target leave this machine.
struct Route {
  std::string interface;
  unsigned interface_index = 0;
  unsigned char type = 0;          ///< RTN_UNICAST or RTN_LOCAL, see rtnetlink(7)
  Address source;                  ///< the address that the packets bear
  std::optional<Gateway> gateway;  ///< empty: the target is on the link, or this machine itself
};

/// Whose route is asked for: that of one TCP flow, as far as it is known.
struct RouteQuery {
  Address target;
  std::optional<Port> target_port{};
  std::optional<Port> source_port{};
  std::string interface {};         ///< leave by that one; empty: the route's
  std::optional<Address> source{};  ///< leave from there; empty: the route's
};

/// Asks the kernel (rtnetlink(7), or a socket where that is forbidden) how a target is reached.
/// Throws Error where there is no such way: no route, no such interface, interface down, source
/// address not ours, none to send from.
Route find_route(const RouteQuery& query);

/// Asks such questions by one socket, which is opened at once: many of them, also when a filter of
/// system calls forbids to open another.
class Routes {
 public:
  Routes();
  ~Routes();
  Routes(const Routes&) = delete;
  Routes& operator=(const Routes&) = delete;

  /// As find_route().
  Route find(const RouteQuery& query);

 private:
  std::unique_ptr<Netlink> netlink_;
};

/// Whether packets of both routes leave by one interface to one neighbour.
bool same_way(const Route& one, const Route& other);

/// What a packet on an interface begins with.
enum class LinkHeader : std::uint8_t { ethernet, none, other };

/// Throws Error.
LinkHeader link_header(const std::string& interface);

/// Whether packets of that route never leave this machine.
bool is_local(const Route& route);

/// Whether answers can come by that interface alone: it has the source address, and no other
/// interface that is up has an address by which a router could reach this machine.
bool is_only_way_back(const Route& route);

}  // namespace tracetcp
