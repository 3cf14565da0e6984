// A simulated network in real time, behind a tun device: real programs and the real kernel trace in
// it, with delay, loss and silence that the kernel's own queues can't give everywhere.
//   emulator DEVICE NETWORK.toml [SEED]
// The device is made (as root, in the present network namespace), and is up when "ready" is
// printed; addresses and routes are the caller's. On SIGUSR1 it prints how many SYNs came since the
// last time, and how often within one second the router that was asked most said time exceeded. It
// ends with its standard input.

#include <tracetcp/sim.hpp>

#include <fcntl.h>
#include <linux/if.h>
#include <linux/if_tun.h>
#include <poll.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <deque>
#include <exception>
#include <stdexcept>
#include <string>
#include <unordered_map>
#include <utility>
#include <vector>

using namespace tracetcp;

namespace {

volatile std::sig_atomic_t told = 0;

[[noreturn]] void fail(const std::string& what) {
  throw std::runtime_error(what + ": " + std::strerror(errno));
}

int open_device(const std::string& name) {
  const int device = open("/dev/net/tun", O_RDWR | O_NONBLOCK | O_CLOEXEC);
  if (device == -1) fail("cannot open /dev/net/tun");
  ifreq request{};
  name.copy(request.ifr_name, IFNAMSIZ - 1);
  request.ifr_flags = IFF_TUN | IFF_NO_PI;
  if (ioctl(device, TUNSETIFF, &request) != 0) fail("cannot make " + name);
  const int any = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
  request.ifr_qlen = 10'000;
  ioctl(any, SIOCSIFTXQLEN, &request);
  request.ifr_flags = IFF_UP | IFF_RUNNING;
  if (ioctl(any, SIOCSIFFLAGS, &request) != 0) fail("cannot bring up " + name);
  close(any);
  return device;
}

constexpr std::uint8_t tcp_protocol = 6;
constexpr std::size_t ipv6_header = 40;  // bytes

bool is_ipv4(Bytes packet) {
  return packet.size() >= 20 && packet[0] >> 4U == 4;
}

/// Beside TCP the kernel sends neighbour discovery, of which the network knows nothing.
bool is_ipv6_tcp(Bytes packet) {
  return packet.size() >= ipv6_header && packet[0] >> 4U == 6 && packet[6] == tcp_protocol;
}

bool is_syn(Bytes packet) {
  if (is_ipv4(packet) && packet[9] != tcp_protocol) return false;
  const std::size_t tcp = is_ipv4(packet) ? (packet[0] & 0x0fU) * 4U : ipv6_header;
  return packet.size() > tcp + 13 && (packet[tcp + 13] & 0x12U) == 0x02;
}

/// The source address of a packet that the network made.
Address source_of(Bytes packet) {
  if (!is_ipv4(packet)) return Address(packet.subspan<8, Address::ipv6_size>());
  std::uint32_t address = 0;
  for (const std::uint8_t byte : packet.subspan<12, 4>()) address = address << 8U | byte;
  return Address(address);
}

bool is_time_exceeded(Bytes packet) {
  constexpr std::uint8_t icmp_protocol = 1;
  constexpr std::uint8_t icmpv6_protocol = 58;
  constexpr std::uint8_t time_exceeded = 11;
  constexpr std::uint8_t time_exceeded_v6 = 3;
  if (!is_ipv4(packet)) {
    return packet.size() > ipv6_header && packet[6] == icmpv6_protocol &&
           packet[ipv6_header] == time_exceeded_v6;
  }
  const std::size_t icmp = (packet[0] & 0x0fU) * 4U;
  return packet[9] == icmp_protocol && packet.size() > icmp && packet[icmp] == time_exceeded;
}

/// How often each router answers.
class Rates {
 public:
  void add(const Address& router, TimePoint now) {
    std::deque<TimePoint>& times = times_[router];
    times.push_back(now);
    while (times.front() <= now - std::chrono::seconds(1)) times.pop_front();
    most_ = std::max(most_, times.size());
  }
  /// The most within one second since the last call.
  std::size_t take_most() {
    times_.clear();
    return std::exchange(most_, 0);
  }

 private:
  std::unordered_map<Address, std::deque<TimePoint>> times_;
  std::size_t most_ = 0;
};

/// The link's own time, moved on with the real one.
class Clock {
 public:
  explicit Clock(Link& link) : start_(link.now()) {}

  [[nodiscard]] TimePoint now() const {
    return start_ + std::chrono::duration_cast<Duration>(Real::now() - real_start_);
  }

 private:
  using Real = std::chrono::steady_clock;

  TimePoint start_;
  Real::time_point real_start_ = Real::now();
};

void deliver(Link& link, TimePoint now, int device, const Network& network, Rates& rates) {
  while (true) {
    const auto frames = link.wait(now);
    if (frames.empty()) return;
    for (const Frame& frame : frames) {
      const Bytes bytes = frame.bytes;
      const Address source = source_of(bytes);
      if (source == network.source(source.family())) continue;  // its own are captured too
      if (is_time_exceeded(bytes)) rates.add(source, frame.time);
      if (write(device, bytes.data(), bytes.size()) < 0 && errno != EAGAIN) fail("cannot deliver");
    }
  }
}

void run(int device, Link& link, const Network& network) {
  const Clock clock(link);
  std::vector<std::uint8_t> buffer(65536);
  unsigned long syns = 0;
  Rates rates;
  TimePoint busy_until = clock.now();
  while (true) {
    const bool busy = clock.now() < busy_until;
    pollfd ends[] = {{device, POLLIN, 0}, {STDIN_FILENO, POLLIN, 0}};
    const timespec moment{.tv_sec = busy ? 0 : 1, .tv_nsec = busy ? 50'000 : 0};
    ppoll(ends, 2, &moment, nullptr);
    if ((ends[1].revents & (POLLIN | POLLHUP)) != 0) return;
    deliver(link, clock.now(), device, network, rates);
    ssize_t size = 0;
    for (int burst = 0; burst < 64 && (size = read(device, buffer.data(), buffer.size())) > 0;
         ++burst) {
      const Bytes packet(buffer.data(), static_cast<std::size_t>(size));
      if (!is_ipv4(packet) && !is_ipv6_tcp(packet)) continue;
      if (is_syn(packet)) ++syns;
      link.send(std::vector<Bytes>{packet});
      busy_until = clock.now() + std::chrono::seconds(3);
    }
    if (told != 0) {
      told = 0;
      std::printf("%lu %zu\n", syns, rates.take_most());
      std::fflush(stdout);
      syns = 0;
    }
  }
}

}  // namespace

int main(int argc, char** argv) try {
  if (argc < 3) throw std::runtime_error("emulator DEVICE NETWORK.toml [SEED]");
  const auto network = load_network(argv[2]);
  const auto link =
      make_simulated_link(network, argc > 3 ? std::strtoull(argv[3], nullptr, 10) : 1);
  prctl(PR_SET_TIMERSLACK, 1);
  std::signal(SIGUSR1, [](int) { told = 1; });
  const int device = open_device(argv[1]);
  std::puts("ready");
  std::fflush(stdout);
  run(device, *link, *network);
} catch (const std::exception& error) {
  std::fprintf(stderr, "emulator: %s\n", error.what());
  return 1;
}
