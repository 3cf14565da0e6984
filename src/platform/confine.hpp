#pragma once

#include "platform/sandbox.hpp"

#include <string>

namespace tracetcp {

/// What is not as it should be after confine(): each empty where it is.
struct Confinement {
  std::string unfiltered;  ///< why system calls are not filtered
  std::string privileged;  ///< why capabilities are left
};

/// Gives up all privileges and lets the kernel filter system calls, permanently. Where
/// the system refuses one of them, the other has to do. Throws Error where neither can be had.
Confinement confine(SandboxNeeds needs);

}  // namespace tracetcp
