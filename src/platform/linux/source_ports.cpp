#include "platform/source_ports.hpp"

#include "platform/socket_name.hpp"

#include <tracetcp/error.hpp>

#include <fmt/core.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>

namespace tracetcp {
namespace {

/// A socket that holds the port, and the port (chosen by the kernel where `port` is 0); -1 where it
/// is in use.
std::pair<int, Port> hold(const Address& source, unsigned zone, Port port, PortSharing sharing) {
  const int fd = socket(socket_family(source.family()), SOCK_STREAM | SOCK_CLOEXEC, 0);
  if (fd == -1) throw Error::system("cannot reserve a source port", errno);
  const int yes = 1;
  if (sharing == PortSharing::with_our_sockets) {
    setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof yes);
  }
  const SocketName name({source, port}, zone);
  const bool is_bound = bind(fd, name.get(), name.size()) == 0;
  const int code = errno;
  if (const auto end = is_bound ? own_end(fd) : std::nullopt) return {fd, end->port};
  close(fd);
  if (code == EADDRINUSE) return {-1, port};
  throw Error::system(fmt::format("cannot reserve source port {} of {}", port.value, source.text()),
                      code);
}

}  // namespace

std::optional<Port> SourcePorts::find_free(const Address& source) const {
  const auto [fd, port] = hold(source, zone_, Port{0}, PortSharing::exclusive);
  if (fd == -1) return std::nullopt;
  close(fd);
  return port;
}

bool SourcePorts::reserve(const Address& source, Port first, std::uint16_t count) {
  for (std::uint16_t i = 0; i < count; ++i) {
    const auto port = static_cast<std::uint16_t>(first.value + i);
    const int fd = hold(source, zone_, Port{port}, sharing_).first;
    if (fd == -1) {
      release();
      return false;
    }
    sockets_.push_back(fd);
  }
  first_ = first;
  return true;
}

void SourcePorts::release() {
  for (const int fd : sockets_) close(fd);
  sockets_.clear();
}

}  // namespace tracetcp
