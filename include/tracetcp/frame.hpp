#pragma once

#include <tracetcp/time.hpp>

#include <cstdint>
#include <span>

namespace tracetcp {

using Bytes = std::span<const std::uint8_t>;

/// What a frame begins with; the values are libpcap's LINKTYPE_ numbers as found in savefiles.
enum class LinkType : std::uint32_t {
  null = 0,      ///< 4 bytes of address family in the byte order of the capturing host
  ethernet = 1,  ///< 14 bytes, VLAN and QinQ tags may follow
  ppp = 9,       ///< PPP, with or without HDLC address and control bytes
  raw_old = 12,  ///< raw IP as DLT_RAW on most systems
  raw_openbsd = 14,
  ppp_hdlc = 50,
  raw = 101,   ///< raw IP
  loop = 108,  ///< 4 bytes of address family in network byte order
  linux_sll = 113,
  ipv4 = 228,
  ipv6 = 229,
  linux_sll2 = 276,
  // What captures of others have.
  pppoe = 51,
  atm = 100,         ///< RFC 1483: LLC
  cisco_hdlc = 104,  ///< 4 bytes, of which the last two are an EtherType
  wifi = 105,        ///< IEEE 802.11
  enc = 109,         ///< OpenBSD's IPsec: 12 bytes
  pflog = 117,       ///< OpenBSD's pf
  wifi_prism = 119,
  wifi_radiotap = 127,
  ieee1394 = 138,  ///< RFC 2734: 18 bytes, of which the last two are an EtherType
  wifi_avs = 163,
  ppi = 192,  ///< a header that names the link type of what follows
  mpls = 219,
  nflog = 239,  ///< Linux: attributes
};

/// One captured packet. It does not own its bytes: they are valid until the next call of the
/// Link::wait() that returned it.
struct Frame {
  LinkType link_type = LinkType::raw;
  Bytes bytes;                        ///< what was captured, from the link header on
  std::uint32_t original_length = 0;  ///< bytes on the wire; may be more than were captured
  TimePoint time;                     ///< when the kernel saw it
};

}  // namespace tracetcp
