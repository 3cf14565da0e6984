#include "platform/source_ports.hpp"

#include "platform/windows/sockets.hpp"
#include "platform/windows/text.hpp"

#include <tracetcp/error.hpp>

#include <fmt/core.h>

namespace tracetcp {
namespace {

// Handles have 32 bits of use on every Windows.
int as_int(SOCKET socket) {
  return static_cast<int>(socket);
}

SOCKET as_socket(int kept) {
  return static_cast<SOCKET>(kept);
}

/// A socket that holds the port, and the port (chosen by the system where `port` is 0); -1 where it
/// is in use.
std::pair<int, Port> hold(const Address& source, unsigned zone, Port port, PortSharing sharing) {
  windows::start_sockets();
  const SOCKET socket = ::socket(windows::socket_family(source.family()), SOCK_STREAM, IPPROTO_TCP);
  if (socket == INVALID_SOCKET) {
    throw windows::failure("cannot reserve a source port",
                           static_cast<unsigned long>(WSAGetLastError()));
  }
  const BOOL yes = TRUE;
  const int option = sharing == PortSharing::with_our_sockets ? SO_REUSEADDR : SO_EXCLUSIVEADDRUSE;
  setsockopt(socket, SOL_SOCKET, option, reinterpret_cast<const char*>(&yes), sizeof yes);
  SOCKADDR_INET name = windows::socket_address({source, port}, zone);
  int size = windows::size_of(name);
  const bool is_bound = bind(socket, reinterpret_cast<sockaddr*>(&name), size) == 0;
  const int code = is_bound ? 0 : WSAGetLastError();
  size = sizeof name;
  if (is_bound && getsockname(socket, reinterpret_cast<sockaddr*>(&name), &size) == 0) {
    if (const auto end = windows::endpoint_of(name)) return {as_int(socket), end->port};
  }
  closesocket(socket);
  if (code == WSAEADDRINUSE || code == WSAEACCES) return {-1, port};
  throw windows::failure(
      fmt::format("cannot reserve source port {} of {}", port.value, source.text()),
      static_cast<unsigned long>(code));
}

}  // namespace

std::optional<Port> SourcePorts::find_free(const Address& source) const {
  const auto [socket, port] = hold(source, zone_, Port{0}, PortSharing::exclusive);
  if (socket == -1) return std::nullopt;
  closesocket(as_socket(socket));
  return port;
}

bool SourcePorts::reserve(const Address& source, Port first, std::uint16_t count) {
  for (std::uint16_t i = 0; i < count; ++i) {
    const auto port = static_cast<std::uint16_t>(first.value + i);
    const int socket = hold(source, zone_, Port{port}, sharing_).first;
    if (socket == -1) {
      release();
      return false;
    }
    sockets_.push_back(socket);
  }
  first_ = first;
  return true;
}

void SourcePorts::release() {
  for (const int socket : sockets_) closesocket(as_socket(socket));
  sockets_.clear();
}

}  // namespace tracetcp
