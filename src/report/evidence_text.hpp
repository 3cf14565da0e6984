#pragma once

#include <tracetcp/finding.hpp>
#include <tracetcp/names.hpp>

#include <optional>
#include <string>

namespace tracetcp {

// Parts of sentences; see sentences.hpp.

/// "RST with TTL 60, which fits a sender 5 hops away".
std::string text(const finding::Answer& answer);

/// The address, or that it does not answer.
std::string router_text(const std::optional<Address>& address);

/// "between hop 2 (10.0.0.2) and hop 3 (10.0.0.3)"; `change` is of `finding`.
std::string where_changed(const Finding& finding, const finding::FieldChange& change,
                          const Names& names);

}  // namespace tracetcp
