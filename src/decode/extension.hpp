#pragma once

#include "decode/view.hpp"

#include <tracetcp/header.hpp>

#include <cstddef>
#include <vector>

namespace tracetcp::decoding {

/// Of an ICMP message, in bytes, before what it quotes (RFC 792).
constexpr std::size_t icmp_header_size = 8;

/// The MPLS label stacks in the extension of an ICMP error (RFC 4884, RFC 4950), outermost label
/// first; empty where it carries none or its checksum is wrong. The message must be of a type that
/// may be extended: destination unreachable, time exceeded or parameter problem.
std::vector<MplsLabel> read_mpls_labels(View icmp_message);

/// The same from the bytes of the extension alone.
std::vector<MplsLabel> read_mpls_extension(View extension);

}  // namespace tracetcp::decoding
