#pragma once

#include <tracetcp/error.hpp>

#include <string>
#include <string_view>

namespace tracetcp::windows {

/// All text of the program is UTF-8. Windows takes names of files in UTF-16, whatever code page is
/// set.
std::wstring wide(std::string_view text);
std::string utf8(std::wstring_view text);

/// What Windows says of an error of GetLastError() or WSAGetLastError(), in one line without its
/// full stop.
std::string message(unsigned long code);

/// "WHAT: message(code); REMEDY" (without the last part where remedy is empty).
Error failure(const std::string& what, unsigned long code, const std::string& remedy = "");

}  // namespace tracetcp::windows
