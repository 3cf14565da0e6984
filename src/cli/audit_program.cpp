#include "cli/audit_program.hpp"

#include "cli/audit_apart.hpp"
#include "cli/audit_results.hpp"
#include "cli/audit_together.hpp"
#include "cli/whole_file.hpp"
#include "platform/interrupt.hpp"
#include "platform/privileges.hpp"

#include <tracetcp/error.hpp>

#include <utility>
#include <vector>

namespace tracetcp::cli {
namespace {

std::vector<AuditRule> rules_in(const std::string& file) {
  const AsCaller caller;
  return parse_audit(whole_file(file), input_name(file));
}

}  // namespace

int audit(const Options& options) {
  auto rules = rules_in(options.audit_file);
  const bool is_apart = must_be_apart(rules, options);
  Options of_all = options;
  of_all.look_up_names = false;  // it is the addresses that a rule can name
  of_all.many_hosts = !is_apart;
  const Waker waker;
  const Interrupt interrupt(waker);
  const std::function<bool()> interrupted = Interrupt::requested;
  AuditResults results(of_all, std::move(rules), interrupted);
  try {
    return is_apart ? audit_apart(of_all, results, waker, interrupted)
                    : audit_together(of_all, results, waker, interrupted);
  } catch (const Error&) {
    // What was under way when the signal came, such as a look-up, fails for that reason alone.
    if (Interrupt::requested()) return interrupted_status;
    throw;
  }
}

}  // namespace tracetcp::cli
