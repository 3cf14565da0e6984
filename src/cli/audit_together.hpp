#pragma once

#include "cli/audit_results.hpp"
#include "platform/waker.hpp"

#include <functional>

namespace tracetcp::cli {

/// Traces all hosts and ports of the policy in one run.
int audit_together(const Options& options, AuditResults& results, const Waker& waker,
                   const std::function<bool()>& interrupted);

}  // namespace tracetcp::cli
