#pragma once

#include "cli/limits.hpp"

#include <tracetcp/address.hpp>

#include <string>
#include <string_view>

namespace tracetcp::cli {

// Readers of what the user typed. `what` names the option or the part in messages; all of them
// throw UsageError with one line that says what is wrong and what would be right.

/// The text for a message: what a terminal might not show as it is becomes "?", long text is cut.
std::string printable(std::string_view text);
/// The same in double quotes.
std::string quoted(std::string_view text);

std::uint64_t read_number(const std::string& what, std::string_view text, const Range& range);

/// SYNs per second.
double read_rate(const std::string& what, std::string_view text);
/// From one round of a watch to the next.
double read_seconds(const std::string& what, std::string_view text);

Address read_address(const std::string& what, std::string_view text);

/// Where to listen: "PORT" on loopback, "ADDR:PORT", "[ADDR]:PORT"; port 0 is any that is free.
Endpoint read_listening(const std::string& what, std::string_view text);

/// Also where it is only meant to be one: hex digits with two colons at least, or in brackets.
bool looks_like_ipv6(std::string_view text);

}  // namespace tracetcp::cli
