#pragma once

#include "decode/parsed.hpp"
#include "decode/view.hpp"

#include <tracetcp/frame.hpp>

#include <cstdint>

namespace tracetcp::decoding {

/// Takes off all that precedes the IP header: link header, VLAN tags, PPPoE. The link headers are
/// those of libpcap's list of link-layer header types. What follows the IP packet (padding, frame
/// check sequence) is still there. `vlan` gets the number in the outermost tag, and stays as it was
/// where there is none.
Parsed<View> read_link_layer(const Frame& frame, std::uint16_t& vlan);
Parsed<View> read_link_layer(const Frame& frame);

}  // namespace tracetcp::decoding
