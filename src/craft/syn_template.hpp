#pragma once

#include <tracetcp/craft.hpp>
#include <tracetcp/syn.hpp>

#include <array>
#include <cstdint>
#include <span>

namespace tracetcp {

/// Makes many SYNs that differ in ports and tag only: one that libnet has built is patched, and
/// its checksums are carried on from the words that change (RFC 1624). The packets are the same,
/// byte for byte, as SynBuilder's.
class SynTemplate {
 public:
  static constexpr std::size_t size = 60;  ///< bytes

  /// Addresses and TTL of all its SYNs. Throws Error where libnet fails.
  SynTemplate(Address source, Address target, Ttl ttl);

  /// Writes the packet from its IP header on.
  void write(Port source, Port target, const Tag& tag, std::span<std::uint8_t, size> packet) const;

 private:
  std::array<std::uint8_t, size> bytes_;
  std::uint32_t ip_sum_;   // of all words of the header but the changing ones and the checksum
  std::uint32_t tcp_sum_;  // likewise, with the pseudo header
};

}  // namespace tracetcp
