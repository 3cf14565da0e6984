#pragma once

#include <tracetcp/page.hpp>

#include <cstdint>
#include <string>
#include <vector>

namespace tracetcp::html {

/// What a verdict means to an application that connects. Each has a colour, and a word for readers
/// who do not see colours.
enum class Tone : std::uint8_t {
  good,     ///< open
  plain,    ///< closed: the target itself says so
  warning,  ///< nothing certain, or another machine than the target answers
  bad,      ///< something on the way stops it
};

/// A word of class attributes.
const char* class_of(Tone tone);

Tone tone_of(const Trace& trace);

/// "open", "reset on the way", "answered by a proxy", ...
std::string short_verdict(const Trace& trace);

/// "203.0.113.9:80"
std::string target_text(const Trace& trace);

/// "port 80", or target_text() where the page has several targets.
std::string trace_label(const Page& page, const Trace& trace);

/// "port 80", "ports 20-22, 80"; the ports rise.
std::string ports_text(const std::vector<std::uint16_t>& ports);

/// "fw6.example.net", or nothing.
std::string name_of(Address address, const Names& names);

bool has_several_targets(const Page& page);

}  // namespace tracetcp::html
