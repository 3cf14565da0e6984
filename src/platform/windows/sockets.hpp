#pragma once

#include <tracetcp/address.hpp>

#include <windows.h>
#include <winsock2.h>
#include <ws2tcpip.h>

#include <optional>

namespace tracetcp::windows {

/// To be called before anything of Winsock; it is never undone. Throws Error.
void start_sockets();

int socket_family(Family family);

/// An address as the calls of Winsock and of the IP helper take it. `zone` is the index of the
/// interface on whose link a link-local address is meant.
SOCKADDR_INET socket_address(const Endpoint& end, unsigned zone = 0);

/// Its size for Winsock.
int size_of(const SOCKADDR_INET& address);

/// Empty: neither IPv4 nor IPv6.
std::optional<Endpoint> endpoint_of(const SOCKADDR_INET& address);

/// The same of what is `size` bytes long.
std::optional<Endpoint> endpoint_of(const sockaddr* address, std::size_t size);

}  // namespace tracetcp::windows
