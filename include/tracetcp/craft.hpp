#pragma once

#include <tracetcp/syn.hpp>

#include <cstdint>
#include <memory>
#include <vector>

namespace tracetcp {

/// Builds IPv4/TCP SYNs (RFC 791, RFC 9293) that look like those of a current Linux: 60 bytes, DF,
/// TOS 0, window 64240, options MSS 1460, SACK permitted, timestamps, NOP, window scale 7.
/// Firewalls drop SYNs that look odder than that. Needs no privileges.
class SynBuilder {
 public:
  SynBuilder();  ///< throws Error where libnet can't be set up
  ~SynBuilder();
  SynBuilder(const SynBuilder&) = delete;
  SynBuilder& operator=(const SynBuilder&) = delete;

  /// The packet from its IP header on, both checksums filled in. Throws Error if libnet fails.
  std::vector<std::uint8_t> build(const Syn& syn);

 private:
  struct Context;
  std::unique_ptr<Context> context_;
};

}  // namespace tracetcp
