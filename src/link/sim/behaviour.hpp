#pragma once

#include "link/sim/packet.hpp"
#include "link/sim/random.hpp"
#include "link/sim/reply_packets.hpp"

#include <tracetcp/time.hpp>

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string_view>
#include <variant>
#include <vector>

namespace tracetcp::sim {

class Node;
class TcpStack;

enum class Fate : std::uint8_t { goes_on, ends };

/// Ways to answer a packet of the client.
struct IcmpAnswer {
  IcmpMessage ipv4;                 ///< to a packet of IPv4
  std::optional<IcmpMessage> ipv6;  ///< to one of IPv6; empty: none
};
struct ResetAnswer {
  std::uint8_t ttl = 64;          ///< as the RST leaves
  bool acknowledges_isn = false;  ///< see make_reset()
  bool random_ip_id = false;
};
struct StackAnswer {
  TcpStack* stack = nullptr;  ///< the packet arrives there
};
using Answer = std::variant<IcmpAnswer, ResetAnswer, StackAnswer>;

/// A packet of the client, at a router.
struct Outbound {
  /// Edits `whole`.
  PacketEditor packet;
  Packet& whole;
  Random& random;
  std::vector<Answer>& answers;  ///< sent back from this router, whether the packet goes on or not
  TimePoint now;
  bool restore_quotes = true;  ///< what forward() changed is changed back in ICMP quotes too
};

/// A reply, at a router on its way back.
struct Inbound {
  PacketEditor packet;
  bool own;  ///< the router itself sent it
  Random& random;
  Duration delay{0};       ///< may be raised
  std::uint32_t more = 0;  ///< copies in addition; may be raised
};

/// One thing that a router does beside forwarding. Each object belongs to one router of one link
/// and may keep state.
class Behaviour {
 public:
  Behaviour() = default;
  virtual ~Behaviour() = default;
  Behaviour(const Behaviour&) = delete;
  Behaviour& operator=(const Behaviour&) = delete;

  /// A packet of the client came in; its TTL was not looked at yet.
  virtual Fate arrive(Outbound&) { return Fate::goes_on; }
  /// It goes out again, one TTL lower. Addresses, ports and ISN that are changed here are changed
  /// back in the replies.
  virtual Fate forward(Outbound&) { return Fate::goes_on; }
  /// The router is about to send an ICMP error.
  virtual Fate icmp(IcmpDraft&, TimePoint) { return Fate::goes_on; }
  /// A reply starts here or passes on its way back.
  virtual Fate back(Inbound&) { return Fate::goes_on; }
};

using MakeBehaviour = std::function<std::unique_ptr<Behaviour>()>;

/// A function that makes a Kind from these arguments, again and again.
template <class Kind, class... Arguments>
MakeBehaviour maker(Arguments... arguments) {
  return [arguments...] { return std::make_unique<Kind>(arguments...); };
}

/// A router's key in the file, and how its value is read.
struct BehaviourKey {
  std::string_view key;
  MakeBehaviour (*read)(const Node&);  ///< throws UsageError
};

/// All behaviours, in the order in which they act on a packet of the client; on replies they act
/// the other way round.
std::span<const BehaviourKey> behaviour_keys();

}  // namespace tracetcp::sim
