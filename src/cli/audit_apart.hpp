#pragma once

#include "cli/audit_results.hpp"
#include "platform/waker.hpp"

#include <functional>

namespace tracetcp::cli {

/// Whether the hosts of a policy need a session each: where one has a link of its own, or frames go
/// to each one's own neighbour.
bool must_be_apart(const std::vector<AuditRule>& rules, const Options& options);

/// Traces one host of the policy after the other.
int audit_apart(const Options& options, AuditResults& results, const Waker& waker,
                const std::function<bool()>& interrupted);

}  // namespace tracetcp::cli
