#pragma once

#include "report/tone.hpp"

#include <tracetcp/page.hpp>

#include <cstdint>
#include <string>
#include <vector>

namespace tracetcp::html {

/// A word of class attributes.
const char* class_of(Tone tone);

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
