#include "cli/command.hpp"

#include "cli/check.hpp"
#include "cli/help.hpp"
#include "cli/options.hpp"
#include "cli/output.hpp"
#include "cli/program.hpp"
#include "cli/read_back.hpp"

#include <tracetcp/error.hpp>

#include <fcntl.h>
#include <unistd.h>

#include <csignal>
#include <cstdio>

namespace tracetcp {

namespace {

int run(int argc, const char* const* argv) {
  const Options options = parse(argc, argv);
  if (options.help || options.version) {
    write_out(options.help ? help_text() : version_text());
    return 0;
  }
  if (options.check) return check(options);
  if (!options.read_file.empty()) return report_capture(options);
  return trace(options);
}

/// Where standard input, output or error are closed, the files that are opened next would take
/// their place, and reports be written into sockets.
void keep_standard_descriptors() {
  while (true) {
    const int fd = open("/dev/null", O_RDWR);
    if (fd > STDERR_FILENO) close(fd);
    if (fd < 0 || fd > STDERR_FILENO) return;
  }
}

int fail(int status, const std::exception& error) {
  std::fprintf(stderr, "tracetcp: %s\n", error.what());
  return status;
}

}  // namespace

int command(int argc, const char* const* argv) {
  keep_standard_descriptors();
  std::signal(SIGXFSZ, SIG_IGN);  // a file that may not grow any more fails like a full disk
  try {
    return run(argc, argv);
  } catch (const UsageError& error) {
    return fail(2, error);
  } catch (const std::exception& error) {
    return fail(1, error);
  }
}

}  // namespace tracetcp
