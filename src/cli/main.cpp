#include "cli/help.hpp"
#include "cli/options.hpp"
#include "cli/program.hpp"

#include <tracetcp/error.hpp>

#include <csignal>
#include <cstdio>

namespace {

int run(int argc, const char* const* argv) {
  const tracetcp::Options options = tracetcp::parse(argc, argv);
  if (options.help) return std::fputs(tracetcp::help_text().c_str(), stdout) < 0 ? 1 : 0;
  if (options.version) return std::fputs(tracetcp::version_text().c_str(), stdout) < 0 ? 1 : 0;
  return tracetcp::trace(options);
}

int fail(int status, const std::exception& error) {
  std::fprintf(stderr, "tracetcp: %s\n", error.what());
  return status;
}

}  // namespace

int main(int argc, char** argv) {
  std::signal(SIGXFSZ, SIG_IGN);  // a file that may not grow any more fails like a full disk
  try {
    return run(argc, argv);
  } catch (const tracetcp::UsageError& error) {
    return fail(2, error);
  } catch (const std::exception& error) {
    return fail(1, error);
  }
}
