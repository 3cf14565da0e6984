#include "platform/terminal.hpp"

#include <windows.h>

namespace tracetcp {
namespace {

bool is_console(DWORD stream, DWORD& mode) {
  return GetConsoleMode(GetStdHandle(stream), &mode) != 0;
}

}  // namespace

std::optional<TerminalSize> output_terminal() {
  DWORD mode = 0;
  if (!is_console(STD_OUTPUT_HANDLE, mode)) return std::nullopt;
  TerminalSize size;
  CONSOLE_SCREEN_BUFFER_INFO info{};
  if (GetConsoleScreenBufferInfo(GetStdHandle(STD_OUTPUT_HANDLE), &info) == 0) return size;
  const int columns = info.srWindow.Right - info.srWindow.Left + 1;
  const int rows = info.srWindow.Bottom - info.srWindow.Top + 1;
  if (columns > 0 && rows > 0) {
    size = {.columns = static_cast<std::size_t>(columns), .rows = static_cast<std::size_t>(rows)};
  }
  return size;
}

bool output_understands_sequences() {
  DWORD mode = 0;
  return is_console(STD_OUTPUT_HANDLE, mode) && (mode & ENABLE_VIRTUAL_TERMINAL_PROCESSING) != 0;
}

bool error_is_terminal() {
  DWORD mode = 0;
  return is_console(STD_ERROR_HANDLE, mode);
}

}  // namespace tracetcp
