// What a run can't do any more once all is open, and what it still has to: after the same calls as
// in the program each of them is tried, in a process for each kind of run. Prints TAP.
#include "platform/privileges.hpp"
#include "platform/sandbox.hpp"

#include <arpa/inet.h>
#include <fcntl.h>
#include <linux/sockios.h>
#include <net/if.h>
#include <netinet/in.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <csignal>
#include <cstdio>
#include <exception>
#include <fstream>
#include <string>
#include <thread>

namespace {

int number = 0;
int failed = 0;

void check(const std::string& name, bool holds) {
  std::printf("%sok %d - %s\n", holds ? "" : "not ", ++number, name.c_str());
  if (!holds) ++failed;
}

/// As a system call returned it: -1 with EPERM or EACCES.
bool refused(long result) {
  return result == -1 && (errno == EPERM || errno == EACCES);
}

bool can_run_programs() {
  const std::array<char*, 2> arguments{nullptr, nullptr};
  execve("/bin/true", arguments.data(), arguments.data());  // returns only where it is refused
  return !refused(-1);
}

bool can_fork() {
  const pid_t child = fork();
  if (child == 0) _exit(0);
  if (child > 0) waitpid(child, nullptr, 0);
  return !refused(child);
}

bool can_run_threads() {
  bool ran = false;
  std::thread([&] { ran = true; }).join();
  return ran;
}

/// The sets of capabilities that are not empty, of /proc/self/status.
std::string capabilities() {
  std::ifstream status("/proc/self/status");
  std::string found;
  for (std::string line; std::getline(status, line);) {
    const bool is_set = line.starts_with("Cap") && !line.starts_with("CapBnd");
    if (is_set && line.find_first_of("123456789abcdef", line.find(':')) != std::string::npos) {
      found += line + ' ';
    }
  }
  return found;
}

bool bounding_set_is_empty() {
  std::ifstream status("/proc/self/status");
  for (std::string line; std::getline(status, line);) {
    if (line.starts_with("CapBnd:")) return line.find_first_not_of("0", 8) == std::string::npos;
  }
  return false;
}

/// Sockets that were open before the filter was.
struct Open {
  int udp = socket(AF_INET, SOCK_DGRAM, 0);
  int tcp = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0);
  int listening = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0);
};

int connect_to_discard(int fd) {
  sockaddr_in name{};
  name.sin_family = AF_INET;
  name.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  name.sin_port = htons(9);
  return connect(fd, reinterpret_cast<const sockaddr*>(&name), sizeof name);
}

bool can_ask(int fd, unsigned request) {
  ifreq name{};
  name.ifr_ifindex = 1;
  std::string("lo").copy(std::data(name.ifr_name), IFNAMSIZ - 1);
  return ioctl(fd, request, &name) == 0 || !refused(-1);
}

void try_signals(const Open& open) {
  f_owner_ex owner{.type = F_OWNER_PID, .pid = getppid()};
  check("another process gets no signal", refused(kill(getppid(), 0)));
  check("nor by F_SETOWN", refused(fcntl(open.udp, F_SETOWN, getppid())));
  check("nor by F_SETOWN_EX", refused(fcntl(open.udp, F_SETOWN_EX, &owner)));
  check("nor by F_SETSIG", refused(fcntl(open.udp, F_SETSIG, SIGKILL)));
  check("nor by F_NOTIFY", refused(fcntl(open.udp, F_NOTIFY, DN_ACCESS)));
  check("nor by FIOSETOWN", !can_ask(open.udp, FIOSETOWN));
}

/// What the filter refuses whatever a run needs.
void try_filter(const Open& open) {
  check("no program can be started", !can_run_programs());
  check("no process can be made", !can_fork());
  const std::string path = "/tmp/tracetcp-confined-" + std::to_string(getpid());
  check("a new file can't be opened for writing",
        refused(::open(path.c_str(), O_WRONLY | O_CREAT, 0600)));
  check("nor one that is there", refused(::open("/dev/null", O_RDWR)));
  check("memory can't be made executable", mmap(nullptr, 4096, PROT_READ | PROT_EXEC,
                                                MAP_PRIVATE | MAP_ANONYMOUS, -1, 0) == MAP_FAILED);
  try_signals(open);
  rlimit limit{};
  check("limits of another process can't be read",
        refused(syscall(SYS_prlimit64, getppid(), RLIMIT_NOFILE, nullptr, &limit)));
  check("its own can", getrlimit(RLIMIT_NOFILE, &limit) == 0);
  constexpr int mptcp = 262;
  check("an MPTCP socket can't be opened", refused(socket(AF_INET, SOCK_STREAM, mptcp)));
  check("nor an SCTP socket", refused(socket(AF_INET, SOCK_STREAM, IPPROTO_SCTP)));
  check("nor a ping socket", refused(socket(AF_INET, SOCK_DGRAM, IPPROTO_ICMP)));
  check("nor a netlink socket", refused(socket(AF_NETLINK, SOCK_RAW, 0)));
  check("an interface can't be changed", !can_ask(open.udp, SIOCSIFFLAGS));
  constexpr std::array<unsigned, 3> questions{SIOCGIFNAME, SIOCGIFFLAGS, SIOCGIFINDEX};
  for (const unsigned request : questions) {
    check("it can be asked about, by request " + std::to_string(request),
          can_ask(open.udp, request));
  }
}

void check_whether(const std::string& what, long result, bool allowed, const char* done) {
  check(what + (allowed ? " can be " : " can't be ") + done, refused(result) != allowed);
}

void try_sockets(const Open& open, tracetcp::SandboxNeeds needs) {
  check_whether("a TCP socket", socket(AF_INET, SOCK_STREAM, 0), needs.sockets || needs.serving,
                "opened");
  check_whether("a TCP socket of IPv6", socket(AF_INET6, SOCK_STREAM, IPPROTO_TCP),
                needs.sockets || needs.serving, "opened");
  check_whether("a UDP socket", socket(AF_INET, SOCK_DGRAM, IPPROTO_UDP), needs.sockets, "opened");
  check_whether("a UDP socket", connect_to_discard(open.udp), needs.sockets, "connected");
  check_whether("a TCP socket", connect_to_discard(open.tcp), needs.sockets, "connected");
  check_whether("a connection", listen(open.listening, 1), needs.serving, "listened for");
  check_whether("a connection", accept4(open.listening, nullptr, nullptr, 0), needs.serving,
                "accepted");
}

/// Returns whether all of it holds.
bool try_run(tracetcp::SandboxNeeds needs) {
  const bool was_root = geteuid() == 0;
  const Open open;
  try {
    tracetcp::drop_privileges();
  } catch (const std::exception& error) {
    check(error.what(), false);
    return false;
  }
  if (was_root) check("the bounding set is empty", bounding_set_is_empty());
  const std::string unconfined = tracetcp::enter_sandbox(needs);
  check("no capability is left", capabilities().empty());
  check("a raw socket can't be opened", refused(socket(AF_INET, SOCK_RAW, IPPROTO_TCP)));
  check("a packet socket can't be opened", refused(socket(AF_PACKET, SOCK_RAW, 0)));
  check("a file can be read", ::open("/etc/hosts", O_RDONLY) >= 0);
  check("a thread can be started", can_run_threads());
  if (unconfined.empty()) {
    try_filter(open);
    try_sockets(open, needs);
  } else {
    std::printf("ok %d - filter of system calls # SKIP %s\n", ++number, unconfined.c_str());
  }
  return failed == 0;
}

/// In a process of its own, since no filter can be taken off again; it goes on counting.
void try_apart(const char* name, tracetcp::SandboxNeeds needs) {
  std::printf("# %s\n", name);
  std::fflush(stdout);
  const pid_t child = fork();
  if (child == 0) {
    const bool holds = try_run(needs);
    std::fflush(stdout);
    _exit(holds ? number : 0);
  }
  int status = 0;
  waitpid(child, &status, 0);
  number = WIFEXITED(status) ? WEXITSTATUS(status) : 0;
  check("all of that holds", number != 0);
}

#if defined(__x86_64__)
/// A thread beside the one that waits for it, as in a trace, calls getpid() by its x32 number. What
/// hangs is ended by SIGALRM.
[[noreturn]] void call_foreign() {
  constexpr long x32 = 0x40000000;
  constexpr unsigned patience = 10;  // s
  if (!tracetcp::enter_sandbox({}).empty()) _exit(77);
  alarm(patience);
  std::thread([] { syscall(x32 + SYS_getpid); }).join();
  _exit(0);
}

/// What ended the process that made such a call: a signal's number, 0 for no signal, -1 where there
/// is no filter.
int end_of_foreign_call() {
  std::fflush(stdout);
  const pid_t child = fork();
  if (child == 0) call_foreign();
  int status = 0;
  waitpid(child, &status, 0);
  if (WIFEXITED(status) && WEXITSTATUS(status) == 77) return -1;
  return WIFSIGNALED(status) ? WTERMSIG(status) : 0;
}

void try_foreign_call() {
  const int end = end_of_foreign_call();
  if (end == -1) {
    std::printf("ok %d - an x32 system call # SKIP no filter\n", ++number);
  } else {
    check("an x32 system call ends the process", end == SIGSYS);
  }
}
#else
void try_foreign_call() {}
#endif

}  // namespace

int main() {
  try_foreign_call();
  try_apart("a run that opens no socket", {});
  try_apart("a run that serves", {.serving = true});
  std::printf("# a run that opens sockets\n");
  try_run({.sockets = true});
  std::printf("1..%d\n", number);
  return failed == 0 ? 0 : 1;
}
