#pragma once

#include "decode/parsed.hpp"
#include "decode/view.hpp"

#include <tracetcp/header.hpp>

#include <optional>

namespace tracetcp::decoding {

/// The header of a captured segment (RFC 9293, section 3.1); all but its options must be there.
/// Empty: `header`, which must be a new one, has it; else why not.
std::optional<Reason> read_tcp(View segment, TcpHeader& header);
Parsed<TcpHeader> read_tcp(View segment);

/// The header of a quoted segment: its first 8 bytes must be there (RFC 792), the rest is read
/// where it is.
std::optional<Reason> read_quoted_tcp(View segment, TcpHeader& header);
Parsed<TcpHeader> read_quoted_tcp(View segment);

}  // namespace tracetcp::decoding
