#include "platform/standard_streams.hpp"

#include <fcntl.h>
#include <io.h>
#include <windows.h>

#include <cstdlib>

namespace tracetcp {
namespace {

UINT code_page_before = 0;

/// It is the console's, and stays when the process ends.
void restore_code_page() {
  if (code_page_before != 0) SetConsoleOutputCP(code_page_before);
}

void write_utf8_to_console() {
  code_page_before = GetConsoleOutputCP();  // 0: there is no console
  if (code_page_before == 0 || code_page_before == CP_UTF8) return;
  if (SetConsoleOutputCP(CP_UTF8) != 0) std::atexit(restore_code_page);
}

/// Sequences of ECMA-48, which the consoles of Windows 10 know once they are asked to.
void enable_sequences(DWORD stream) {
  const HANDLE console = GetStdHandle(stream);
  DWORD mode = 0;
  if (GetConsoleMode(console, &mode) == 0) return;
  SetConsoleMode(console, mode | ENABLE_PROCESSED_OUTPUT | ENABLE_VIRTUAL_TERMINAL_PROCESSING);
}

bool is_closed(int file) {
  return _get_osfhandle(file) < 0;
}

}  // namespace

bool keep_standard_streams() {
  const bool is_output_closed = is_closed(standard_output);
  for (const int standard : {standard_input, standard_output, standard_error}) {
    if (is_closed(standard)) {
      const int null = _wopen(L"NUL", standard == standard_output ? _O_RDONLY : _O_WRONLY);
      if (null != -1 && null != standard) {
        _dup2(null, standard);
        _close(null);
      }
    }
    _setmode(standard, _O_BINARY);
  }
  write_utf8_to_console();
  enable_sequences(STD_OUTPUT_HANDLE);
  enable_sequences(STD_ERROR_HANDLE);
  return is_output_closed;
}

// Windows has no signal for it: a write to a pipe without reader fails.
bool ignore_broken_pipes() {
  return false;
}

void heed_broken_pipes() {}

// Events of the console come in a thread of their own.
ThreadsWithoutSignals::ThreadsWithoutSignals() = default;
ThreadsWithoutSignals::~ThreadsWithoutSignals() = default;

}  // namespace tracetcp
