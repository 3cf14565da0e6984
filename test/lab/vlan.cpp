// An Ethernet interface whose frames travel over another one with an 802.1Q tag, for kernels that
// have no VLANs of their own:
//
//   vlan ID DEVICE NAME
//
// Makes the tap interface NAME with the MAC of DEVICE, prints "ready" and carries frames between
// both until it is killed. Needs /dev/net/tun and CAP_NET_RAW.
#include <fcntl.h>
#include <linux/if_tun.h>
#include <net/if.h>
#include <net/if_arp.h>
#include <pcap/pcap.h>
#include <poll.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <string>
#include <vector>

namespace {

constexpr std::size_t macs_size = 12;  // destination and source; the tag comes after them
constexpr std::size_t tag_size = 4;

void need(bool good, const char* what) {
  if (good) return;
  std::perror(what);
  std::exit(1);
}

ifreq named(const char* name) {
  ifreq request{};
  std::strncpy(std::data(request.ifr_name), name, IFNAMSIZ - 1);
  return request;
}

int open_tap(const char* name, const char* like) {
  const int fd = open("/dev/net/tun", O_RDWR | O_CLOEXEC);
  ifreq request = named(name);
  request.ifr_flags = IFF_TAP | IFF_NO_PI;
  need(fd >= 0 && ioctl(fd, TUNSETIFF, &request) == 0, "/dev/net/tun");

  const int any = socket(AF_INET, SOCK_DGRAM, 0);
  ifreq mac = named(like);
  need(ioctl(any, SIOCGIFHWADDR, &mac) == 0, like);
  request = named(name);
  request.ifr_hwaddr = mac.ifr_hwaddr;
  need(ioctl(any, SIOCSIFHWADDR, &request) == 0, name);
  close(any);
  return fd;
}

pcap_t* open_device(const char* name, const char* id) {
  std::array<char, PCAP_ERRBUF_SIZE> error{};
  pcap_t* const device = pcap_create(name, error.data());
  need(device != nullptr && pcap_set_snaplen(device, 65535) == 0 &&
           pcap_set_immediate_mode(device, 1) == 0 && pcap_activate(device) == 0 &&
           pcap_setdirection(device, PCAP_D_IN) == 0,
       name);
  bpf_program program{};
  need(pcap_compile(device, &program, (std::string("vlan ") + id).c_str(), 1,
                    PCAP_NETMASK_UNKNOWN) == 0 &&
           pcap_setfilter(device, &program) == 0,
       "filter");
  pcap_freecode(&program);
  need(pcap_setnonblock(device, 1, error.data()) == 0, name);
  return device;
}

void untag(pcap_t* device, int tap) {
  pcap_pkthdr* header = nullptr;
  const std::uint8_t* bytes = nullptr;
  while (pcap_next_ex(device, &header, &bytes) == 1) {
    if (header->caplen < macs_size + tag_size) continue;
    std::vector<std::uint8_t> frame(bytes, bytes + header->caplen);
    frame.erase(frame.begin() + macs_size, frame.begin() + macs_size + tag_size);
    if (write(tap, frame.data(), frame.size()) < 0) continue;  // it is down: as on any wire
  }
}

void tag(int tap, pcap_t* device, std::uint16_t id) {
  std::vector<std::uint8_t> frame(65536);
  const ssize_t size = read(tap, frame.data(), frame.size());
  if (size < static_cast<ssize_t>(macs_size)) return;
  frame.resize(static_cast<std::size_t>(size));
  const std::array<std::uint8_t, tag_size> bytes{0x81, 0x00, static_cast<std::uint8_t>(id >> 8),
                                                 static_cast<std::uint8_t>(id & 0xff)};
  frame.insert(frame.begin() + macs_size, bytes.begin(), bytes.end());
  pcap_inject(device, frame.data(), frame.size());
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 4) return 2;
  const auto id = static_cast<std::uint16_t>(std::atoi(argv[1]));
  const int tap = open_tap(argv[3], argv[2]);
  pcap_t* const device = open_device(argv[2], argv[1]);
  std::puts("ready");
  std::fflush(stdout);

  std::array<pollfd, 2> ends{{{tap, POLLIN, 0}, {pcap_get_selectable_fd(device), POLLIN, 0}}};
  while (poll(ends.data(), ends.size(), -1) >= 0) {
    if ((ends[0].revents & POLLIN) != 0) tag(tap, device, id);
    if ((ends[1].revents & POLLIN) != 0) untag(device, tap);
  }
  return 1;
}
