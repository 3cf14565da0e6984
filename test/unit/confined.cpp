// What a run can't do any more once all is open, and what it still has to: after the same calls as
// in the program each of them is tried. Prints TAP.
#include "platform/privileges.hpp"
#include "platform/sandbox.hpp"

#include <fcntl.h>
#include <netinet/in.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstdio>
#include <exception>
#include <fstream>
#include <string>
#include <thread>

namespace {

int number = 0;
int failed = 0;

void check(const char* name, bool holds) {
  std::printf("%sok %d - %s\n", holds ? "" : "not ", ++number, name);
  if (!holds) ++failed;
}

/// As a system call returned it: -1 with EPERM or EACCES.
bool refused(int result) {
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

void try_all(bool filtered) {
  check("no capability is left", capabilities().empty());
  check("a raw socket can't be opened", refused(socket(AF_INET, SOCK_RAW, IPPROTO_TCP)));
  check("a packet socket can't be opened", refused(socket(AF_PACKET, SOCK_RAW, 0)));
  if (filtered) {
    check("no program can be started", !can_run_programs());
    check("no process can be made", !can_fork());
    const std::string path = "/tmp/tracetcp-confined-" + std::to_string(getpid());
    check("a new file can't be opened for writing",
          refused(open(path.c_str(), O_WRONLY | O_CREAT, 0600)));
    check("nor one that is there", refused(open("/dev/null", O_RDWR)));
    check("memory can't be made executable",
          mmap(nullptr, 4096, PROT_READ | PROT_EXEC, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0) ==
              MAP_FAILED);
    check("another process gets no signal", refused(kill(getppid(), 0)));
  }
  check("a file can be read", open("/etc/hosts", O_RDONLY) >= 0);
  check("a TCP socket can be opened", socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0) >= 0);
  check("a UDP socket can be opened", socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0) >= 0);
  check("a thread can be started", can_run_threads());
}

}  // namespace

int main() {
  const bool was_root = geteuid() == 0;
  try {
    tracetcp::drop_privileges();
  } catch (const std::exception& error) {
    std::printf("Bail out! %s\n", error.what());
    return 1;
  }
  if (was_root) check("the bounding set is empty", bounding_set_is_empty());
  const std::string unconfined = tracetcp::enter_sandbox();
  if (!unconfined.empty()) {
    std::printf("ok %d - filter of system calls # SKIP %s\n", ++number, unconfined.c_str());
  }
  try_all(unconfined.empty());
  std::printf("1..%d\n", number);
  std::fflush(stdout);
  return failed == 0 ? 0 : 1;
}
