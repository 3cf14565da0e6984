#pragma once

#include "decode/parsed.hpp"
#include "decode/view.hpp"

#include <tracetcp/header.hpp>

namespace tracetcp::decoding {

/// The header of a captured segment (RFC 9293, section 3.1); all but its options must be there.
Parsed<TcpHeader> read_tcp(View segment);

/// The header of a quoted segment: its first 8 bytes must be there (RFC 792), the rest is read
/// where it is.
Parsed<TcpHeader> read_quoted_tcp(View segment);

}  // namespace tracetcp::decoding
