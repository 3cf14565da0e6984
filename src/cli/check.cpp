#include "cli/check.hpp"

#include "cli/help.hpp"
#include "cli/status.hpp"
#include "platform/interrupt.hpp"
#include "platform/output.hpp"
#include "report/check_report.hpp"
#include "session/examine.hpp"

#include <tracetcp/error.hpp>

#include <algorithm>
#include <sstream>

namespace tracetcp::cli {
namespace {

/// The options of the trial trace, with short waits.
SessionOptions proof_of(SessionOptions proof) {
  proof.strategy.timeout = std::min<Duration>(proof.strategy.timeout, std::chrono::seconds(2));
  return proof;
}

}  // namespace

int check(const Options& asked) {
  const SessionOptions options = proof_of(static_cast<const SessionOptions&>(asked));
  const Waker waker;
  const Interrupt interrupt(waker);
  try {
    CheckReport report = examine(options, waker);
    std::istringstream versions(version_text());
    for (std::string line; std::getline(versions, line);) report.versions.push_back(line);
    write_out(asked.format == Format::json ? check_json(report) : check_text(report));
    finish_output();
    if (Interrupt::requested()) return interrupted_status;
    return report.any_works() ? 0 : failed_status;
  } catch (const Error&) {
    // What was under way when the signal came, such as a look-up, fails for that reason alone.
    if (Interrupt::requested()) return interrupted_status;
    throw;
  }
}

}  // namespace tracetcp::cli
