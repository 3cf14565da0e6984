#pragma once

#include <tracetcp/syn.hpp>

#include <cstdint>
#include <memory>
#include <vector>

namespace tracetcp {

/// Builds TCP SYNs (RFC 9293) over IPv4 (RFC 791) and IPv6 (RFC 8200) that look like those of a
/// current Linux: 60 bytes with DF, or 80 with a flow label; TOS or traffic class 0, window 64240,
/// options MSS 1460 (IPv6: 1440), SACK permitted, timestamps, NOP, window scale 7. Firewalls drop
/// SYNs that look odder than that. Needs no privileges.
class SynBuilder {
 public:
  SynBuilder();  ///< throws Error where libnet can't be set up
  ~SynBuilder();
  SynBuilder(const SynBuilder&) = delete;
  SynBuilder& operator=(const SynBuilder&) = delete;

  /// The packet from its IP header on, of the family of its addresses, all checksums filled in.
  /// Throws Error if libnet fails or the addresses are of two families.
  std::vector<std::uint8_t> build(const Syn& syn);

 private:
  struct Context;
  std::unique_ptr<Context> ipv4_;
  std::unique_ptr<Context> ipv6_;
};

}  // namespace tracetcp
