// Runs a command where the kernel refuses one kind of socket, as a container's rules may:
//
//   deny raw|packet COMMAND...
//
// raw: raw IP sockets; packet: those of packet(7).
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

namespace {

constexpr std::uint32_t number_at = offsetof(seccomp_data, nr);
constexpr std::uint32_t family_at = offsetof(seccomp_data, args);  // little-endian machines
constexpr std::uint32_t kind_at = family_at + 8;

constexpr sock_filter load(std::uint32_t at) {
  return {BPF_LD | BPF_W | BPF_ABS, 0, 0, at};
}
/// Goes on with the next instruction where it is that value, else to the one that allows.
constexpr sock_filter unless(std::uint32_t value, std::uint8_t to_the_end) {
  return {BPF_JMP | BPF_JEQ | BPF_K, 0, to_the_end, value};
}
constexpr sock_filter end_with(std::uint32_t result) {
  return {BPF_RET | BPF_K, 0, 0, result};
}

bool deny(std::uint32_t family, std::uint32_t kind, std::uint32_t kind_bits) {
  std::array program{load(number_at),
                     unless(__NR_socket, 6),
                     load(family_at),
                     unless(family, 4),
                     load(kind_at),
                     sock_filter{BPF_ALU | BPF_AND | BPF_K, 0, 0, kind_bits},
                     unless(kind, 1),
                     end_with(SECCOMP_RET_ERRNO | EPERM),
                     end_with(SECCOMP_RET_ALLOW)};
  const sock_fprog filter{static_cast<unsigned short>(program.size()), program.data()};
  return prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &filter) == 0;
}

}  // namespace

int main(int argc, char** argv) {
  if (argc < 3) return 2;
  const bool raw = std::strcmp(argv[1], "raw") == 0;
  // Root in a user namespace may set a filter as it is; with no_new_privs anybody.
  prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
  if (!(raw ? deny(AF_INET, SOCK_RAW, 0xf) : deny(AF_PACKET, 0, 0))) {
    std::perror("deny");
    return 1;
  }
  execvp(argv[2], argv + 2);
  std::perror(argv[2]);
  return 1;
}
