#include "platform/machine.hpp"

#include "core/joined.hpp"

#include <cap-ng.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cstdlib>
#include <fstream>
#include <sstream>

namespace tracetcp {
namespace {

/// What can't be read stays as it is here.
struct Process {
  unsigned user = 0;          ///< effective user id
  bool has_net_raw = false;   ///< CAP_NET_RAW is effective
  bool may_net_raw = false;   ///< a program with that file capability would get it: capabilities(7)
  bool no_new_privs = false;  ///< setcap and setuid have no effect (prctl(2))
  bool first_user_ns = true;  ///< the user namespace that the machine began with
  std::string container;      ///< what looks like one; empty: nothing does
  int seccomp = 0;            ///< 0 no filter, 1 strict, 2 filter, as /proc/self/status has it
};

constexpr ino_t first_user_namespace = 0xEFFFFFFD;  // PROC_USER_INIT_INO of linux/proc_ns.h

/// The number behind a name in /proc/self/status; 0 where it is not there.
int status_number(const std::string& name) {
  std::ifstream status("/proc/self/status");
  for (std::string line; std::getline(status, line);) {
    if (line.starts_with(name + ':')) return std::atoi(line.c_str() + name.size() + 1);
  }
  return 0;
}

bool exists(const char* path) {
  struct stat info {};
  return stat(path, &info) == 0;
}

std::string seen_container() {
  if (exists("/.dockerenv")) return "docker (/.dockerenv)";
  if (exists("/run/.containerenv")) return "podman (/run/.containerenv)";
  std::string kind;
  std::ifstream("/run/systemd/container") >> kind;
  if (!kind.empty()) return kind + " (/run/systemd/container)";
  const char* variable = std::getenv("container");
  return variable == nullptr ? "" : "$container is set";
}

std::string running_program() {
  std::array<char, 4096> path{};
  const auto size = readlink("/proc/self/exe", path.data(), path.size());
  return size > 0 ? std::string(path.data(), static_cast<std::size_t>(size)) : "tracetcp";
}

std::vector<std::string> name_servers() {
  std::vector<std::string> servers;
  std::ifstream file("/etc/resolv.conf");
  for (std::string line; std::getline(file, line);) {
    std::istringstream words(line);
    std::string keyword;
    std::string server;
    if (words >> keyword >> server && keyword == "nameserver") servers.push_back(server);
  }
  return servers;
}

/// Looks at /proc and /run.
Process look_at_process() {
  Process process;
  process.user = geteuid();
  process.has_net_raw = capng_have_capability(CAPNG_EFFECTIVE, CAP_NET_RAW) != 0;
  process.may_net_raw = capng_have_capability(CAPNG_BOUNDING_SET, CAP_NET_RAW) != 0;
  process.no_new_privs = status_number("NoNewPrivs") != 0;
  process.seccomp = status_number("Seccomp");
  struct stat space {};
  if (stat("/proc/self/ns/user", &space) == 0) {
    process.first_user_ns = space.st_ino == first_user_namespace;
  }
  process.container = seen_container();
  return process;
}

std::string advice_for(const Process& process) {
  if (process.has_net_raw) {
    return "the capability is there, so a filter or a container forbids packets: start it with "
           "NET_RAW allowed (docker run --cap-add NET_RAW), or use --method connect";
  }
  if (!process.container.empty() && !process.may_net_raw) {
    return "start the container with NET_RAW allowed (podman run --cap-add NET_RAW; docker run "
           "--cap-add NET_RAW --user 0), or use --method connect";
  }
  if (process.no_new_privs || !process.first_user_ns) {
    return "capabilities can't be gained here: start it outside, or use --method connect";
  }
  return "as root: setcap cap_net_raw+ep " + running_program();
}

}  // namespace

Machine look_at_machine() {
  const Process process = look_at_process();
  const auto servers = name_servers();
  return {.facts = {{"user", std::to_string(process.user)},
                    {"cap_net_raw", process.has_net_raw ? "yes" : "no"},
                    {"no_new_privs",
                     process.no_new_privs ? "yes: setcap and setuid have no effect" : "no"},
                    {"user namespace", process.first_user_ns ? "the machine's" : "one of its own"},
                    {"container", process.container.empty() ? "none seen" : process.container},
                    {"seccomp",
                     process.seccomp == 0 ? "no filter" : "a filter of system calls is in force"},
                    {"DNS", servers.empty() ? "none" : joined(servers, ", ")}},
          .advice = advice_for(process)};
}

}  // namespace tracetcp
