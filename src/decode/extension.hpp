#pragma once

#include "decode/view.hpp"

#include <tracetcp/header.hpp>

#include <vector>

namespace tracetcp::decoding {

/// The MPLS label stacks in the extension of an ICMP error (RFC 4884, RFC 4950), outermost label
/// first; empty where it carries none or its checksum is wrong. The message must be of a type that
/// may be extended: destination unreachable, time exceeded or parameter problem.
std::vector<MplsLabel> read_mpls_labels(View icmp_message);

}  // namespace tracetcp::decoding
