#include "platform/machine.hpp"

#include <cap-ng.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cstdlib>
#include <fstream>
#include <sstream>

namespace tracetcp {
namespace {

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

}  // namespace

Machine look_at_machine() {
  Machine machine;
  machine.user = geteuid();
  machine.has_net_raw = capng_have_capability(CAPNG_EFFECTIVE, CAP_NET_RAW) != 0;
  machine.may_net_raw = capng_have_capability(CAPNG_BOUNDING_SET, CAP_NET_RAW) != 0;
  machine.no_new_privs = status_number("NoNewPrivs") != 0;
  machine.seccomp = status_number("Seccomp");
  struct stat space {};
  if (stat("/proc/self/ns/user", &space) == 0) {
    machine.first_user_ns = space.st_ino == first_user_namespace;
  }
  machine.container = seen_container();
  machine.program = running_program();
  machine.dns_servers = name_servers();
  return machine;
}

}  // namespace tracetcp
