#pragma once

#include "platform/route_message.hpp"

namespace tracetcp {

/// What a UDP socket that is connected, without sending anything, shows of the way to a target: for
/// where the kernel lets us open no netlink(7) socket. It does not show rules for TCP and for
/// ports, nor the gateway's address, and the interface is found by the source address. Returns 0 or
/// an errno, which is that of RTM_GETROUTE. Throws Error.
int ask_by_socket(const RouteQuestion& question, RouteAnswer& answer);

}  // namespace tracetcp
