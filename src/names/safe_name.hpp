#pragma once

#include <string>
#include <string_view>

namespace tracetcp {

/// A name from DNS as it may reach a terminal. Whoever owns the reverse zone of an address writes
/// what they like into it, escape sequences included: all but letters, digits, '-', '_' and '.'
/// becomes '?', and what is beyond 253 characters (RFC 1035, section 2.3.4) is cut off.
std::string safe_name(std::string_view name);

/// A text from a database, in UTF-8, as it may reach a terminal and be counted in columns: each
/// character but the printable ones of ASCII becomes '?', and what is beyond 100 is cut off.
std::string safe_text(std::string_view text);

}  // namespace tracetcp
