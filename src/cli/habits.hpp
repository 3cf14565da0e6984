#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace tracetcp::cli {

/// For options of traceroute, tcptraceroute, mtr and the like that this program does not have: one
/// line on what to type instead. `option` without dashes, a letter or a long name; empty: no other
/// program's habit is known for it.
std::optional<std::string> habit_hint(std::string_view option);

}  // namespace tracetcp::cli
