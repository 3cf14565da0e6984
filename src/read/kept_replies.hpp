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
  void add(Chain& chain, Reply&& reply) { append(chain, std::move(reply)); }

  /// The same for one that quotes the SYN as it was sent, see SynForms::is_quoted_as_sent(): of
  /// `quote` is kept what that leaves open.
  void add(Chain& chain, Reply&& reply, const IcmpError::Quote& quote);

  /// The same for a SYN-ACK or RST: it comes back with that as its Reply::tcp.
  void add(Chain& chain, Reply&& reply, const TcpRest& tcp);

  /// Gives those of a chain as they were, in order: `trace` and `probe` are what all of them have.
  void move_to(std::vector<Reply>& out, Chain chain, std::uint32_t trace, std::uint32_t probe);

  /// To those that move_to() gave, the SYN as it was sent and as they quote it.
  void add_quotes(std::vector<Reply>& replies, Chain chain, const IcmpError::Quote& sent) const;

  void clear();

 private:
  enum class Quoted : std::uint8_t {
    otherwise,  ///< or not at all; the reply has the quote, if any
    in_part,    ///< up to the sequence number
    in_full,
  };

  struct Kept {
    TimePoint time;
    Duration rtt;
    Address from;
    std::uint32_t next = none;        ///< in kept_
    std::uint32_t more = none;        ///< in whole_ a reply with more to it than this, or in tcp_
    std::uint32_t quoted_length = 0;  ///< total length in the quote, bytes
    IpId ip_id;
    Quoted quoted = Quoted::otherwise;
    Ttl quoted_ttl;
    Ttl ttl;
    ReplyKind kind = ReplyKind::time_exceeded;
    IcmpNumbers icmp;
    bool has_ttl = false;
    bool has_rtt = false;
    bool has_tcp = false;  ///< more is in tcp_
  };

  Kept& append(Chain& chain, Reply&& reply);

  std::vector<Kept> kept_;
  std::vector<Reply> whole_;
  std::vector<TcpRest> tcp_;
};

}  // namespace tracetcp
