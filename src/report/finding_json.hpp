#pragma once

#include "report/json_writer.hpp"

#include <tracetcp/diagnosis.hpp>

#include <string_view>
#include <vector>

namespace tracetcp {

// Members of the object that is being written.

void add_place(JsonWriter& json, std::string_view key, const Place& place);

/// Who sent it, how often, and what is known of the hop.
void add_stray_members(JsonWriter& json, const Stray& stray);

/// "evidence": each with its sentence as "text" and what that says as data.
void add_evidence(JsonWriter& json, const std::vector<Observation>& evidence);

/// "findings": likewise. "form" says which data there are; docs/tracetcp.schema.json has them all.
void add_findings(JsonWriter& json, const std::vector<Finding>& findings);

}  // namespace tracetcp
