#include "platform/arguments.hpp"

#include "platform/windows/text.hpp"

// The second needs the first.
// clang-format off
#include <windows.h>
#include <shellapi.h>
// clang-format on

#include <memory>

namespace tracetcp {

// Those that main() is given are in the code page of the system, which lacks most characters.
std::vector<std::string> arguments_of(int argc, char** argv) {
  int count = 0;
  const std::unique_ptr<wchar_t*, decltype(&LocalFree)> words(
      CommandLineToArgvW(GetCommandLineW(), &count), LocalFree);
  if (words == nullptr) return {argv, argv + argc};
  std::vector<std::string> arguments;
  for (int i = 0; i < count; ++i) arguments.push_back(windows::utf8(words.get()[i]));
  return arguments;
}

}  // namespace tracetcp
