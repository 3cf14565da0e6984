#pragma once

#include <tracetcp/craft.hpp>
#include <tracetcp/syn.hpp>

#include <cstdint>
#include <span>
#include <vector>

namespace tracetcp {

/// Makes many SYNs that differ in ports and tag only: one that libnet has built is patched, and its
/// checksums are carried on from the words that change (RFC 1624). The packets equal SynBuilder's
/// of that family byte for byte.
class SynTemplate {
 public:
  /// Addresses and TTL of all its SYNs. Throws Error where libnet fails.
  SynTemplate(Address source, Address target, Ttl ttl);

  /// Of each packet, bytes.
  [[nodiscard]] std::size_t size() const { return bytes_.size(); }

  /// Writes the packet, from its IP header on: size() bytes. An IPv4 header has no flow label, an
  /// IPv6 header no IP id.
  void write(Port source, Port target, const Tag& tag, FlowLabel label,
             std::span<std::uint8_t> packet) const;

 private:
  std::vector<std::uint8_t> bytes_;
  Family family_;
  std::size_t tcp_at_;         // offset of the TCP header
  std::uint32_t ip_sum_ = 0;   // of all words of the header but the changing ones and the checksum
  std::uint32_t tcp_sum_ = 0;  // likewise, with the pseudo header
};

}  // namespace tracetcp
