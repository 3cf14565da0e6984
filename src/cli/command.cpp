#include "cli/command.hpp"

#include "cli/audit_program.hpp"
#include "cli/both.hpp"
#include "cli/check.hpp"
#include "cli/compare_program.hpp"
#include "cli/help.hpp"
#include "cli/options.hpp"
#include "cli/program.hpp"
#include "cli/read_back.hpp"
#include "cli/status.hpp"
#include "cli/targets_program.hpp"
#include "cli/watch_replay.hpp"
#include "platform/output.hpp"
#include "platform/standard_streams.hpp"

#include <tracetcp/error.hpp>

namespace tracetcp::cli {

namespace {

int run(int argc, const char* const* argv, bool is_output_closed) {
  const Options options = parse(argc, argv);
  if (is_output_closed) {
    throw Error("standard output is closed, so there is no place for the report; try > /dev/null");
  }
  if (options.help || options.version) {
    write_out(options.help ? help_text() : version_text());
    finish_output();
    return 0;
  }
  for (const std::string& note : options.notes) write_error("tracetcp: " + note + '\n');
  if (options.check) return check(options);
  if (!options.read_file.empty()) {
    return options.watch ? watch_capture(options) : report_capture(options);
  }
  if (!options.compare_new.empty()) return compare_files(options);
  if (!options.audit_file.empty()) return audit(options);
  if (!options.targets_file.empty()) return trace_targets(options);
  return options.both_families ? trace_both(options) : trace(options);
}

int run_and_tell(int argc, const char* const* argv, bool is_output_closed) {
  try {
    return run(argc, argv, is_output_closed);
  } catch (const std::exception& error) {
    return tell_failure(error);
  }
}

}  // namespace

int command(int argc, const char* const* argv) {
  const bool is_output_closed = keep_standard_streams();
  const Output output;
  return run_and_tell(argc, argv, is_output_closed);
}

}  // namespace tracetcp::cli
