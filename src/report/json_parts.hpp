#pragma once

#include "report/json_writer.hpp"

#include <tracetcp/address.hpp>
#include <tracetcp/header.hpp>
#include <tracetcp/names.hpp>
#include <tracetcp/networks.hpp>
#include <tracetcp/time.hpp>

#include <string>
#include <string_view>
#include <vector>

namespace tracetcp {

/// ISO 8601 in UTC with nanoseconds.
std::string timestamp(TimePoint time);

/// A member of the object that is being written.
void add_address(JsonWriter& json, std::string_view key, Address address);

/// "name", where it is known.
void add_name(JsonWriter& json, Address address, const Names& names);

/// "as": {"number": 64500, "name": "Example Corp"}, where it is known.
void add_as(JsonWriter& json, Address address, const Networks* networks);

/// "mpls": a label stack, outermost first.
void add_mpls(JsonWriter& json, const std::vector<MplsLabel>& stack);

}  // namespace tracetcp
