#pragma once

#include "platform/waker.hpp"
#include "report/check_report.hpp"

#include <tracetcp/session.hpp>

namespace tracetcp {

/// Finds out which methods work on this machine and why the others don't, and proves each with a
/// SYN to the host, or to this machine itself where none is named, and the first port of the
/// options: over each family that the host has addresses of, unless the options ask for one. The
/// process has no privileges when it returns. `versions` stay empty. `waker` ends waits early.
/// Throws Error.
CheckReport examine(const SessionOptions& options, const Waker& waker);

}  // namespace tracetcp
