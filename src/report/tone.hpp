#pragma once

#include <tracetcp/trace.hpp>

#include <cstdint>
#include <string>

namespace tracetcp {

/// What a verdict means to an application that connects. Each has a colour, and a word for readers
/// who do not see colours.
enum class Tone : std::uint8_t {
  good,     ///< open
  plain,    ///< closed: the target itself says so
  warning,  ///< nothing certain, or another machine than the target answers
  bad,      ///< something on the way stops it
};

Tone tone_of(const Trace& trace);

/// "open", "reset on the way", "answered by a proxy", ...
std::string short_verdict(const Trace& trace);

}  // namespace tracetcp
