#include "platform/terminal.hpp"

#include <sys/ioctl.h>
#include <unistd.h>

#include <cstdlib>
#include <string_view>

namespace tracetcp {

std::optional<TerminalSize> output_terminal() {
  if (isatty(STDOUT_FILENO) != 1) return std::nullopt;
  TerminalSize size;
  winsize window{};
  if (ioctl(STDOUT_FILENO, TIOCGWINSZ, &window) == 0 && window.ws_col > 0 && window.ws_row > 0) {
    size = {.columns = window.ws_col, .rows = window.ws_row};
  }
  return size;
}

bool output_understands_sequences() {
  const char* kind = std::getenv("TERM");
  return kind != nullptr && *kind != '\0' && std::string_view(kind) != "dumb";
}

bool error_is_terminal() {
  return isatty(STDERR_FILENO) == 1;
}

}  // namespace tracetcp
