#pragma once

#include <tracetcp/reply.hpp>

#include <cstdint>
#include <vector>

namespace tracetcp {

/// The replies of a trace while it is being put together, in a fraction of the memory that they
/// take in the end: thousands of traces may be open, and what leaves the caches costs more to get
/// back than all else that is done with it.
class KeptReplies {
  static constexpr std::uint32_t none = ~0U;

 public:
  /// The replies to one probe.
  struct Chain {
    std::uint32_t first = none;

    [[nodiscard]] bool empty() const { return first == none; }
  };

  /// Puts a reply at the end of a chain; it must have been attributed to a probe.
  void add(Chain& chain, Reply&& reply);

  /// Gives those of a chain as they were, in order: `trace` and `probe` are what all of them have.
  void move_to(std::vector<Reply>& out, Chain chain, std::uint32_t trace, std::uint32_t probe);

  void clear();

 private:
  struct Kept {
    TimePoint time;
    Duration rtt;
    Address from;
    std::uint32_t next = none;   ///< in kept_
    std::uint32_t whole = none;  ///< in whole_: a reply with more to it than this
    IpId ip_id;
    Ttl ttl;
    ReplyKind kind;
    std::uint8_t icmp_type;
    std::uint8_t icmp_code;
    bool has_rtt;
  };

  std::vector<Kept> kept_;
  std::vector<Reply> whole_;
};

}  // namespace tracetcp
