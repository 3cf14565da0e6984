#include "platform/confine.hpp"

#include "platform/privileges.hpp"

#include <tracetcp/error.hpp>

#include <fmt/core.h>

namespace tracetcp {

Confinement confine(SandboxNeeds needs) {
  Confinement result;
  result.privileged = drop_privileges();
  result.unfiltered = enter_sandbox(needs);
  if (result.privileged.empty() || result.unfiltered.empty()) return result;
  throw Error(
      fmt::format("cannot give up privileges ({}), nor filter system calls ({}); run as a "
                  "user without privileges",
                  result.privileged, result.unfiltered));
}

}  // namespace tracetcp
