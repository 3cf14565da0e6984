#pragma once

#include "decode/view.hpp"

#include <tracetcp/header.hpp>

#include <cstddef>
#include <vector>

namespace tracetcp::decoding {

/// Of an ICMP message, in bytes, before what it quotes (RFC 792, RFC 4443).
constexpr std::size_t icmp_header_size = 8;

/// The MPLS label stacks in the extension of an ICMP error (RFC 4884, RFC 4950), outermost label
/// first; empty where it carries none or its checksum is wrong. The message must be of a type that
/// may be extended: destination unreachable, time exceeded or, of IPv4, parameter problem.
[[gnu::noinline]] std::vector<MplsLabel> read_mpls_labels(Family family, View icmp_message);

/// Whether it is long enough for an extension, which most are not: that is behind 128 bytes of the
/// quote at least (RFC 4884, section 4).
inline bool may_have_extension(View icmp_message) {
  constexpr std::size_t smallest_quote = 128;
  return icmp_message.size() > icmp_header_size + smallest_quote;
}

/// The same from the bytes of the extension alone.
std::vector<MplsLabel> read_mpls_extension(View extension);

}  // namespace tracetcp::decoding
