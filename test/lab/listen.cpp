// A host for the lab: accepts connections on the given TCP ports and closes them at once.
// Prints "ready" when all ports are open; runs until it is killed.
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <vector>

namespace {

/// Of both families.
int open_port(std::uint16_t port) {
  const int fd = socket(AF_INET6, SOCK_STREAM | SOCK_CLOEXEC, 0);
  const int yes = 1;
  const int no = 0;
  sockaddr_in6 any{};
  any.sin6_family = AF_INET6;
  any.sin6_port = htons(port);
  if (fd < 0 || setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof yes) != 0 ||
      setsockopt(fd, IPPROTO_IPV6, IPV6_V6ONLY, &no, sizeof no) != 0 ||
      bind(fd, reinterpret_cast<const sockaddr*>(&any), sizeof any) != 0 || listen(fd, 64) != 0) {
    std::fprintf(stderr, "listen: port %u: %s\n", unsigned{port}, std::strerror(errno));
    std::exit(1);
  }
  return fd;
}

}  // namespace

int main(int argc, char** argv) {
  std::vector<pollfd> ports;
  for (int i = 1; i < argc; ++i) {
    const long port = std::strtol(argv[i], nullptr, 10);
    ports.push_back({open_port(static_cast<std::uint16_t>(port)), POLLIN, 0});
  }
  std::puts("ready");
  std::fflush(stdout);

  while (poll(ports.data(), ports.size(), -1) >= 0 || errno == EINTR) {
    for (const pollfd& port : ports) {
      if ((port.revents & POLLIN) == 0) continue;
      const int connection = accept(port.fd, nullptr, nullptr);
      if (connection >= 0) close(connection);
    }
  }
  return 1;
}
