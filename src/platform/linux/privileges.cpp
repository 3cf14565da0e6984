#include "platform/privileges.hpp"

#include <tracetcp/error.hpp>

#include <cap-ng.h>
#include <sys/prctl.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>

namespace tracetcp {

namespace {

bool has_capabilities() {
  capng_get_caps_process();
  return capng_have_capabilities(CAPNG_SELECT_CAPS) > CAPNG_NONE ||
         capng_have_permitted_capabilities() > CAPNG_NONE;
}

}  // namespace

std::string drop_privileges() {
  prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);  // refused by some; the filter then forbids execve(2) too
  const uid_t user = getuid();
  const gid_t group = getgid();
  if (geteuid() != user || getegid() != group) {  // setuid or setgid
    if (setresgid(group, group, group) != 0 || setresuid(user, user, user) != 0) {
      throw Error::system("cannot become the calling user", errno);
    }
  }
  // The bounding set can only be changed by who may; an exec can't gain from it any more anyway.
  const bool may_bound = capng_have_capability(CAPNG_EFFECTIVE, CAP_SETPCAP) != 0;
  capng_clear(CAPNG_SELECT_BOTH);
  if (may_bound) capng_apply(CAPNG_SELECT_BOUNDS);
  const bool applied = capng_apply(CAPNG_SELECT_CAPS) == 0;
  prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_CLEAR_ALL, 0, 0, 0);  // none can be left, as it says
  return applied || !has_capabilities() ? "" : "capset(2) is refused";
}

bool is_unprivileged() {
  return geteuid() == getuid() && getegid() == getgid() && !has_capabilities();
}

AsCaller::AsCaller() : user_(geteuid()), group_(getegid()) {
  if (setegid(getgid()) == 0 && seteuid(getuid()) == 0) return;
  const int code = errno;
  restore();
  throw Error::system("cannot take on the rights of the calling user", code);
}

AsCaller::~AsCaller() {
  restore();
}

void AsCaller::restore() const {
  if (seteuid(user_) != 0 || setegid(group_) != 0) std::abort();  // it just was that
}

}  // namespace tracetcp
