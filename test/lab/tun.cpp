// A wire between two point-to-point interfaces without link header, as a VPN makes them:
//
//   tun NAME NAME
//
// Makes both tun interfaces, prints "ready" and carries packets between them until it is killed.
// Needs /dev/net/tun.
#include <fcntl.h>
#include <linux/if_tun.h>
#include <net/if.h>
#include <poll.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <array>
#include <cstdio>
#include <cstdlib>
#include <cstring>

namespace {

int open_tun(const char* name) {
  const int fd = open("/dev/net/tun", O_RDWR | O_CLOEXEC);
  ifreq request{};
  std::strncpy(std::data(request.ifr_name), name, IFNAMSIZ - 1);
  request.ifr_flags = IFF_TUN | IFF_NO_PI;
  if (fd < 0 || ioctl(fd, TUNSETIFF, &request) != 0) {
    std::perror("tun");
    std::exit(1);
  }
  return fd;
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 3) return 2;
  std::array<pollfd, 2> ends{{{open_tun(argv[1]), POLLIN, 0}, {open_tun(argv[2]), POLLIN, 0}}};
  std::puts("ready");
  std::fflush(stdout);

  std::array<char, 65536> packet{};
  while (poll(ends.data(), ends.size(), -1) >= 0) {
    for (std::size_t i = 0; i < ends.size(); ++i) {
      if ((ends[i].revents & POLLIN) == 0) continue;
      const ssize_t size = read(ends[i].fd, packet.data(), packet.size());
      if (size <= 0) continue;
      if (write(ends[1 - i].fd, packet.data(), static_cast<std::size_t>(size)) < 0) {
        continue;  // the other end is down: as on any wire
      }
    }
  }
  return 1;
}
