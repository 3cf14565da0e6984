#pragma once

#include "platform/gateway.hpp"

#include <tracetcp/address.hpp>

#include <array>
#include <cstdint>
#include <optional>
#include <span>

struct nlmsghdr;

namespace tracetcp {

/// What the kernel is asked for: the route of one TCP flow. It may depend on ports (ECMP with
/// fib_multipath_hash_policy 1 or 3, `ip rule ipproto tcp dport ...`) and on the source address.
struct RouteQuestion {
  Address target;
  std::optional<Address> source;    ///< empty: the route's
  std::optional<Port> source_port;  ///< empty: as connect(2) asks before it has one
  std::optional<Port> target_port;  ///< empty: of no port
  unsigned interface_index = 0;     ///< leave by that interface; 0: the route's
};

/// What it says.
struct RouteAnswer {
  unsigned char type = 0;  ///< RTN_... of rtnetlink(7); 0: no answer
  unsigned interface_index = 0;
  Address source;  ///< 0.0.0.0: there is none
  std::optional<Gateway> gateway;
};

using RouteBuffer = std::array<char, 1024>;

/// Writes the RTM_GETROUTE request of rtnetlink(7).
nlmsghdr* write_question(RouteBuffer& buffer, const RouteQuestion& question);

/// Reads an RTM_NEWROUTE message: an mnl_cb_t whose `out` is a RouteAnswer*.
int read_route_answer(const nlmsghdr* message, void* out);

}  // namespace tracetcp
