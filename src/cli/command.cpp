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
#include "platform/output.hpp"

#include <tracetcp/error.hpp>

#include <fcntl.h>
#include <unistd.h>

#include <csignal>

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
  if (!options.read_file.empty()) return report_capture(options);
  if (!options.compare_new.empty()) return compare_files(options);
  if (!options.audit_file.empty()) return audit(options);
  return options.both_families ? trace_both(options) : trace(options);
}

/// Where standard input, output or error are closed, the files that are opened next would take
/// their place, and reports be written into sockets. What takes it instead fails as they would:
/// it can't be read, or not be written. Returns whether standard output was closed.
bool keep_standard_descriptors() {
  bool is_output_closed = false;
  for (const int standard : {STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO}) {
    if (fcntl(standard, F_GETFD) != -1) continue;
    is_output_closed = is_output_closed || standard == STDOUT_FILENO;
    if (open("/dev/null", standard == STDOUT_FILENO ? O_RDONLY : O_WRONLY) == -1) break;
  }
  return is_output_closed;
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
  const bool is_output_closed = keep_standard_descriptors();
  std::signal(SIGXFSZ, SIG_IGN);  // a file that may not grow any more fails like a full disk
  const Output output;
  return run_and_tell(argc, argv, is_output_closed);
}

}  // namespace tracetcp::cli
