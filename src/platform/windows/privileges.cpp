#include "platform/privileges.hpp"

#include "platform/confine.hpp"
#include "platform/unprivileged.hpp"

namespace tracetcp {

// The program is given no rights of its own: Npcap's driver decides who may capture.

Confinement confine(SandboxNeeds /*needs*/) {
  return {.unfiltered = "Windows has no filter of system calls", .privileged = ""};
}

std::string drop_privileges() {
  return "";
}

bool is_unprivileged() {
  return true;
}

AsCaller::AsCaller() : user_(0), group_(0) {}
AsCaller::~AsCaller() = default;
void AsCaller::restore() const {}

std::string run_unprivileged(const std::function<std::string()>& work) {
  return work();
}

}  // namespace tracetcp
