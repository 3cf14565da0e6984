#include "platform/windows/text.hpp"

#include <windows.h>

#include <array>

namespace tracetcp::windows {

std::wstring wide(std::string_view text) {
  const int size = static_cast<int>(text.size());
  const int length = MultiByteToWideChar(CP_UTF8, 0, text.data(), size, nullptr, 0);
  std::wstring converted(static_cast<std::size_t>(length), L'\0');
  MultiByteToWideChar(CP_UTF8, 0, text.data(), size, converted.data(), length);
  return converted;
}

std::string utf8(std::wstring_view text) {
  const int size = static_cast<int>(text.size());
  const int length =
      WideCharToMultiByte(CP_UTF8, 0, text.data(), size, nullptr, 0, nullptr, nullptr);
  std::string converted(static_cast<std::size_t>(length), '\0');
  WideCharToMultiByte(CP_UTF8, 0, text.data(), size, converted.data(), length, nullptr, nullptr);
  return converted;
}

std::string message(unsigned long code) {
  std::array<wchar_t, 512> text{};
  const DWORD length = FormatMessageW(
      FORMAT_MESSAGE_FROM_SYSTEM | FORMAT_MESSAGE_IGNORE_INSERTS | FORMAT_MESSAGE_MAX_WIDTH_MASK,
      nullptr, code, 0, text.data(), static_cast<DWORD>(text.size()), nullptr);
  std::string converted = utf8({text.data(), length});
  converted.erase(converted.find_last_not_of(" .\r\n") + 1);
  return converted.empty() ? "error " + std::to_string(code) : converted;
}

Error failure(const std::string& what, unsigned long code, const std::string& remedy) {
  return Error(what + ": " + message(code) + (remedy.empty() ? "" : "; " + remedy));
}

}  // namespace tracetcp::windows
