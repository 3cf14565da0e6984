#pragma once

#include <tracetcp/reply.hpp>
#include <tracetcp/summary.hpp>

#include <cstdint>

namespace tracetcp {

/// The kinds of replies that came to a SYN, or to one of several: one bit each.
class Seen {
 public:
  void add(ReplyKind kind);
  void add(Seen other) { bits_ = static_cast<std::uint8_t>(bits_ | other.bits_); }

  /// What became of an attempt whose SYNs had all these.
  [[nodiscard]] Outcomes::Kind outcome() const;

 private:
  std::uint8_t bits_ = 0;
};

}  // namespace tracetcp
