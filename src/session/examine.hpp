#pragma once

#include "platform/waker.hpp"
#include "report/check_report.hpp"

#include <tracetcp/session.hpp>

namespace tracetcp {

/// Finds out which methods work on this machine and why the others don't, and proves each with a
/// SYN to the host and the first port of the options. The process has no privileges when it
/// returns. `versions` stay empty. `waker` ends waits early. Throws Error.
CheckReport examine(const SessionOptions& options, const Waker& waker);

}  // namespace tracetcp
