#pragma once

#include "link/sim/flow_table.hpp"
#include "link/sim/random.hpp"
#include "link/sim/reply_packets.hpp"

#include <tracetcp/time.hpp>

#include <cstdint>
#include <optional>

namespace tracetcp::sim {

/// The open ports of a host, as Linux answers there: half-open connections and what repeated SYNs
/// of one get (tcp_check_req() in Linux's net/ipv4/tcp_minisocks.c; RFC 9293, section 3.10.7.4).
class TcpStack {
 public:
  struct Reply {
    Packet packet;
    bool opens =
        false;  ///< a new half-open connection: repeat() is due 1, 3, 7, 15, 31, 63 s later
  };

  explicit TcpStack(const Personality& personality) : personality_(personality) {}

  /// What a TCP packet to an open port gets; empty: no answer.
  std::optional<Reply> receive(const PacketReader& packet, TimePoint now, Random& random);

  /// The timer's repeat of the SYN-ACK with this sequence number, which answered this SYN. Empty
  /// where the connection was reset meanwhile. After the fifth repeat it is given up.
  std::optional<Packet> repeat(const PacketReader& syn, std::uint32_t server_isn, TimePoint now,
                               Random& random);

 private:
  struct HalfOpen {
    std::uint32_t client_isn = 0;
    std::uint32_t server_isn = 0;
    std::optional<std::uint32_t> tsval;  ///< of the first SYN: what TSecr echoes
    bool scales_windows = false;
    int repeats = 0;
    std::optional<TimePoint> last_extra;  ///< when a packet beyond the first SYN was last answered
  };

  Packet syn_ack(const PacketReader& syn, const HalfOpen& connection, TimePoint now,
                 Random& random) const;
  Packet challenge(const PacketReader& packet, const HalfOpen& connection, TimePoint now,
                   Random& random) const;
  std::optional<Reply> receive_again(const PacketReader& syn, HalfOpen& connection, TimePoint now,
                                     Random& random);
  std::optional<Reply> receive_reset(const PacketReader& reset, HalfOpen& connection, TimePoint now,
                                     Random& random);
  /// Whether the limit on answers beyond the first allows one now; if so, it counts as given.
  static bool may_answer_again(HalfOpen& connection, TimePoint now);
  std::uint16_t ip_id(Random& random) const;

  Personality personality_;
  FlowTable<HalfOpen> half_open_;
};

}  // namespace tracetcp::sim
