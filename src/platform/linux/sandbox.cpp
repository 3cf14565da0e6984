#include "platform/sandbox.hpp"

#ifdef TRACETCP_SECCOMP

#include <fcntl.h>
#include <linux/sockios.h>
#include <netinet/in.h>
#include <sched.h>
#include <seccomp.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <memory>

namespace tracetcp {
namespace {

using Filter = std::unique_ptr<void, decltype(&seccomp_release)>;

/// What may be called with any arguments. Where a name is not known on this machine it is not
/// needed either.
constexpr std::array unconditional{
    // descriptors that are open
    "read", "readv", "pread64", "write", "writev", "pwrite64", "lseek", "_llseek", "close", "fstat",
    "fstat64", "newfstatat", "fstatat64", "statx", "stat", "ftruncate", "fsync", "fdatasync", "dup",
    "pipe2", "eventfd2", "poll", "ppoll", "select", "pselect6", "epoll_create1", "epoll_ctl",
    "epoll_wait", "epoll_pwait", "epoll_pwait2", "access", "faccessat", "faccessat2", "readlink",
    "readlinkat", "getdents64",
    // sockets that are open
    "getsockname", "getpeername", "setsockopt", "getsockopt", "sendto", "sendmsg", "sendmmsg",
    "recvfrom", "recvmsg", "recvmmsg", "send", "recv", "shutdown",
    // memory, threads, time, the end
    "brk", "munmap", "mremap", "madvise", "futex", "futex_waitv", "sched_yield",
    "sched_getaffinity", "set_robust_list", "rseq", "rt_sigaction", "rt_sigprocmask",
    "rt_sigreturn", "sigaltstack", "clock_gettime", "clock_getres", "clock_nanosleep",
    "gettimeofday", "time", "nanosleep", "getrandom", "getpid", "gettid", "getuid", "geteuid",
    "getgid", "getegid", "uname", "sysinfo", "getrlimit", "restart_syscall", "exit", "exit_group",
    "membarrier"};

bool allow(const Filter& filter, const char* name) {
  const int number = seccomp_syscall_resolve_name(name);
  if (number < 0) return true;
  return seccomp_rule_add_array(filter.get(), SCMP_ACT_ALLOW, number, 0, nullptr) == 0;
}

template <class... Conditions>
bool allow_if(const Filter& filter, const char* name, Conditions... conditions) {
  const int number = seccomp_syscall_resolve_name(name);
  if (number < 0) return true;
  const std::array<scmp_arg_cmp, sizeof...(conditions)> all{conditions...};
  return seccomp_rule_add_array(filter.get(), SCMP_ACT_ALLOW, number, all.size(), all.data()) == 0;
}

scmp_arg_cmp bits(unsigned argument, std::uint64_t mask, std::uint64_t value) {
  return {.arg = argument, .op = SCMP_CMP_MASKED_EQ, .datum_a = mask, .datum_b = value};
}

template <class Int>
scmp_arg_cmp equals(unsigned argument, Int value) {
  return {.arg = argument,
          .op = SCMP_CMP_EQ,
          .datum_a = static_cast<std::uint64_t>(value),
          .datum_b = 0};
}

bool allow_reading_files(const Filter& filter) {
  constexpr std::uint64_t writing = O_ACCMODE | O_CREAT | O_TRUNC | O_APPEND;
  return allow_if(filter, "open", bits(1, writing, O_RDONLY)) &&
         allow_if(filter, "openat", bits(2, writing, O_RDONLY));
}

/// TCP and UDP. Other protocols under the same types are refused, such as MPTCP (262) and SCTP.
bool allow_plain_sockets(const Filter& filter) {
  constexpr std::uint64_t kind = 0xf;  // the rest are flags
  constexpr std::uint64_t usual = 0;   // the type's usual protocol
  struct Plain {
    std::uint64_t type, protocol;
  };
  constexpr std::array plain{Plain{SOCK_STREAM, usual}, Plain{SOCK_STREAM, IPPROTO_TCP},
                             Plain{SOCK_DGRAM, usual}, Plain{SOCK_DGRAM, IPPROTO_UDP}};
  for (const int family : {AF_INET, AF_INET6}) {
    for (const auto& [type, protocol] : plain) {
      if (!allow_if(filter, "socket", equals(0, family), bits(1, kind, type),
                    equals(2, protocol))) {
        return false;
      }
    }
  }
  return allow(filter, "bind") && allow(filter, "connect");
}

/// TCP sockets that listen, but none that connects.
bool allow_serving(const Filter& filter) {
  constexpr std::uint64_t kind = 0xf;  // the rest are flags
  for (const int family : {AF_INET, AF_INET6}) {
    for (const int protocol : {0, static_cast<int>(IPPROTO_TCP)}) {
      if (!allow_if(filter, "socket", equals(0, family), bits(1, kind, SOCK_STREAM),
                    equals(2, protocol))) {
        return false;
      }
    }
  }
  for (const char* name : {"bind", "listen", "accept", "accept4"}) {
    if (!allow(filter, name)) return false;
  }
  return true;
}

/// Not F_SETOWN, F_SETOWN_EX, F_SETSIG, F_NOTIFY and F_SETLEASE, by which the kernel would send
/// signals to other processes.
bool allow_descriptor_flags(const Filter& filter) {
  for (const char* name : {"fcntl", "fcntl64"}) {
    for (const int command : {F_GETFD, F_SETFD, F_GETFL, F_SETFL, F_DUPFD, F_DUPFD_CLOEXEC}) {
      if (!allow_if(filter, name, equals(1, command))) return false;
    }
  }
  return true;
}

/// Of this process alone, which prlimit(2) calls 0.
bool allow_own_limits(const Filter& filter) {
  constexpr std::uint64_t pid_bits = 0xffffffff;
  return allow_if(filter, "prlimit64", bits(0, pid_bits, 0));
}

bool allow_data_memory(const Filter& filter) {
  return allow_if(filter, "mmap", bits(2, PROT_EXEC, 0)) &&
         allow_if(filter, "mmap2", bits(2, PROT_EXEC, 0)) &&
         allow_if(filter, "mprotect", bits(2, PROT_EXEC, 0));
}

/// Threads, but no processes. What clone3 is asked for can't be seen from here: glibc takes clone
/// where that is not there.
bool allow_threads(const Filter& filter) {
  const int clone3 = seccomp_syscall_resolve_name("clone3");
  return allow_if(filter, "clone",
                  bits(0, std::uint64_t{CLONE_THREAD}, std::uint64_t{CLONE_THREAD})) &&
         allow_if(filter, "tgkill", equals(0, getpid())) &&
         (clone3 < 0 ||
          seccomp_rule_add_array(filter.get(), SCMP_ACT_ERRNO(ENOSYS), clone3, 0, nullptr) == 0);
}

/// What libnet and libpcap ask about an interface (libpcap once it went down: whether it is still
/// there), and whether standard output is a terminal. None of them changes anything but FIONBIO.
bool allow_questions(const Filter& filter) {
  constexpr std::array<unsigned, 7> requests{SIOCGIFINDEX, SIOCGIFNAME, SIOCGIFFLAGS, TCGETS,
                                             TIOCGWINSZ,   FIONREAD,    FIONBIO};
  for (const unsigned request : requests) {
    if (!allow_if(filter, "ioctl", equals(1, request))) return false;
  }
  return true;
}

bool allow_terminal(const Filter& filter) {
  constexpr std::array<unsigned, 3> requests{TCSETS, TCSETSW, TCSETSF};
  for (const unsigned request : requests) {
    if (!allow_if(filter, "ioctl", equals(1, request))) return false;
  }
  return true;
}

/// System calls of another architecture, x32 among them, end the process. libseccomp's default ends
/// the thread alone: the others would wait for it.
bool end_at_foreign_calls(const Filter& filter) {
  return seccomp_attr_set(filter.get(), SCMP_FLTATR_ACT_BADARCH, SCMP_ACT_KILL_PROCESS) == 0;
}

}  // namespace

std::string enter_sandbox(SandboxNeeds needs) {
  const Filter filter(seccomp_init(SCMP_ACT_ERRNO(EPERM)), seccomp_release);
  if (filter == nullptr) return "libseccomp can't be set up";
  bool complete = end_at_foreign_calls(filter) && allow_reading_files(filter) &&
                  allow_descriptor_flags(filter) && allow_own_limits(filter) &&
                  allow_data_memory(filter) && allow_threads(filter) && allow_questions(filter);
  if (needs.terminal) complete = complete && allow_terminal(filter);
  if (needs.sockets) complete = complete && allow_plain_sockets(filter);
  if (needs.serving) complete = complete && allow_serving(filter);
  for (const char* name : unconditional) complete = complete && allow(filter, name);
  if (!complete) return "libseccomp refuses a rule";
  const int result = seccomp_load(filter.get());
  return result == 0 ? "" : std::string("the kernel refuses it: ") + std::strerror(-result);
}

}  // namespace tracetcp

#else

namespace tracetcp {

std::string enter_sandbox(SandboxNeeds /*needs*/) {
  return "built without libseccomp";
}

}  // namespace tracetcp

#endif
