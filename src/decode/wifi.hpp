#pragma once

#include "decode/nesting.hpp"
#include "decode/parsed.hpp"
#include "decode/view.hpp"

namespace tracetcp::decoding {

/// A frame of IEEE 802.11 (section 9.2): the IP packet in a data frame that is not encrypted.
/// `is_padded`: its header is filled up to a multiple of four bytes.
Parsed<View> read_wifi(View frame, bool is_padded, Nesting& nesting);

/// The same after the header that radiotap.org describes.
Parsed<View> read_radiotap(View frame, Nesting& nesting);

/// LLC and SNAP (IEEE 802.2; RFC 1042): an EtherType and what it announces.
Parsed<View> read_llc(View payload, Nesting& nesting);

}  // namespace tracetcp::decoding
