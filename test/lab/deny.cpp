// Runs a command where the kernel refuses some system calls, as a container's or a service's rules
// may:
//
//   deny WHAT[,WHAT...] COMMAND...
//
// WHAT is one of the names in `refusals` below.
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstring>
#include <string_view>
#include <utility>

namespace {

constexpr std::uint32_t number_at = offsetof(seccomp_data, nr);

/// Where an argument's low half lies, on little-endian machines.
constexpr std::uint32_t argument_at(unsigned i) {
  return offsetof(seccomp_data, args) + 8 * i;
}

/// A system call is refused with that errno where each of two arguments has that value under that
/// mask; a mask of 0 takes any.
struct Refusal {
  std::string_view name;
  std::uint32_t call;
  std::uint32_t error;
  struct Condition {
    unsigned argument = 0;
    std::uint32_t mask = 0;
    std::uint32_t value = 0;
  } first{}, second{};
};

constexpr std::uint32_t all = ~std::uint32_t{0};
constexpr std::uint32_t kind = 0xf;              // of a socket; the rest are flags
constexpr std::uint32_t thread = 0x00010000;     // CLONE_THREAD
constexpr std::uint32_t netlink_name_size = 12;  // sizeof(sockaddr_nl)

constexpr std::array refusals{
    Refusal{"raw", __NR_socket, EPERM, {0, all, AF_INET}, {1, kind, SOCK_RAW}},
    Refusal{"packet", __NR_socket, EPERM, {0, all, AF_PACKET}},
    Refusal{"netlink", __NR_socket, EAFNOSUPPORT, {0, all, AF_NETLINK}},
    Refusal{"netlinkbind", __NR_bind, EACCES, {2, all, netlink_name_size}},
    Refusal{"unix", __NR_socket, EAFNOSUPPORT, {0, all, AF_UNIX}},
    Refusal{"inet6", __NR_socket, EAFNOSUPPORT, {0, all, AF_INET6}},
    Refusal{"fork", __NR_clone, EPERM, {0, thread, 0}},
    Refusal{"fork", __NR_clone3, ENOSYS},
    Refusal{"capset", __NR_capset, EPERM},
    Refusal{"prctl", __NR_prctl, EPERM},
    Refusal{"seccomp", __NR_seccomp, EPERM},
    Refusal{"eventfd", __NR_eventfd2, ENOSYS},
    Refusal{"epoll", __NR_epoll_create1, ENOSYS},
    Refusal{"sendmmsg", __NR_sendmmsg, ENOSYS},
    Refusal{"bindtodevice", __NR_setsockopt, EPERM, {2, all, SO_BINDTODEVICE}},
};

constexpr sock_filter load(std::uint32_t at) {
  return {BPF_LD | BPF_W | BPF_ABS, 0, 0, at};
}
/// Goes on with the next instruction where it is that value, else `past` further on.
constexpr sock_filter unless(std::uint32_t value, std::uint8_t past) {
  return {BPF_JMP | BPF_JEQ | BPF_K, 0, past, value};
}
constexpr sock_filter mask(std::uint32_t bits) {
  return {BPF_ALU | BPF_AND | BPF_K, 0, 0, bits};
}
constexpr sock_filter end_with(std::uint32_t result) {
  return {BPF_RET | BPF_K, 0, 0, result};
}

bool deny(const Refusal& refusal) {
  const auto& [one, other] = std::pair{refusal.first, refusal.second};
  std::array program{load(number_at),
                     unless(refusal.call, 7),
                     load(argument_at(one.argument)),
                     mask(one.mask),
                     unless(one.value, 4),
                     load(argument_at(other.argument)),
                     mask(other.mask),
                     unless(other.value, 1),
                     end_with(SECCOMP_RET_ERRNO | refusal.error),
                     end_with(SECCOMP_RET_ALLOW)};
  const sock_fprog filter{static_cast<unsigned short>(program.size()), program.data()};
  // By prctl(2), which goes on working where seccomp(2) is refused.
  return prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &filter) == 0;
}

/// Returns whether there is such a refusal and the kernel took it.
bool deny(std::string_view name) {
  bool found = false;
  for (const Refusal& refusal : refusals) {
    if (refusal.name != name) continue;
    if (!deny(refusal)) return false;
    found = true;
  }
  return found;
}

}  // namespace

int main(int argc, char** argv) {
  if (argc < 3) return 2;
  // Root in a user namespace may set a filter as it is; with no_new_privs anybody.
  prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
  const std::string_view names(argv[1]);
  std::string_view last;
  for (std::size_t at = 0; at < names.size();) {
    const std::string_view name = names.substr(at, names.find(',', at) - at);
    at += name.size() + 1;
    if (name == "prctl") {  // after which no other can be set
      last = name;
    } else if (!deny(name)) {
      std::fprintf(stderr, "deny: cannot deny %s\n", argv[1]);
      return 1;
    }
  }
  if (!last.empty() && !deny(last)) return 1;
  execvp(argv[2], argv + 2);
  std::perror(argv[2]);
  return 1;
}
