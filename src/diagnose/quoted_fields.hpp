#pragma once

#include <tracetcp/decode.hpp>
#include <tracetcp/diagnosis.hpp>

#include <optional>
#include <span>
#include <string>

namespace tracetcp {

/// One field of a SYN that an ICMP error quotes, in words.
struct QuotedField {
  using Value = std::optional<std::string>;  ///< empty: the packet does not reach as far

  const char* name;
  FindingKind kind;  ///< what it is if it is quoted otherwise than it was sent
  Value (*read)(const IcmpError::Quote&);
  std::optional<Family> only{};  ///< whose headers have it; empty: both
};

inline bool is_of(const QuotedField& field, Family family) {
  return !field.only || *field.only == family;
}

/// All fields that must arrive as they were sent; the TTL is none of them.
std::span<const QuotedField> quoted_fields();

/// Whether a field was changed on its way, where both packets reach as far. Some stacks quote the
/// IP id in their own byte order: that is no change.
bool is_changed(const QuotedField& field, const IcmpError::Quote& sent,
                const IcmpError::Quote& quoted);

}  // namespace tracetcp
