#pragma once

#include "link/sim/behaviour.hpp"
#include "link/sim/network.hpp"
#include "link/sim/packet.hpp"

#include <tracetcp/time.hpp>

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <vector>

namespace tracetcp::sim {

/// A router of a World, with its state.
struct RouterAtWork {
  const Router* router = nullptr;
  std::vector<std::unique_ptr<Behaviour>> behaviours;
};

/// That a router changed who a packet is from, whom it is to, or its sequence number. Its replies
/// are changed back when they pass that router, as connection tracking does.
struct Rewriting {
  struct Identity {
    Flow flow;
    std::uint32_t sequence = 0;

    explicit Identity(const PacketReader& packet)
        : flow(packet.flow()), sequence(packet.sequence()) {}
    bool operator==(const Identity&) const = default;
  };

  std::size_t hop = 0;  ///< index of the router on the way
  Identity before;
  Identity after;
  bool restores_quotes = true;

  void undo(Packet& reply) const;
};

/// How far a packet of the client came, and what the answer's way back depends on.
struct Journey {
  Packet packet;  ///< as it is there
  Flow flow;      ///< as it left
  TimePoint sent;
  std::optional<Duration> rtt;        ///< of the answer, where it is known
  std::vector<RouterAtWork*> passed;  ///< in the order in which they forwarded it
  std::vector<Rewriting> rewritings;
};

/// What becomes of a reply on its way back to the client.
struct Return {
  bool arrives = false;
  Duration delay{0};
  std::uint32_t more = 0;  ///< copies in addition
};

/// Takes a reply back along the way of what it answers. `from`: the router that sent it; nullptr:
/// a host.
Return travel_back(Packet& reply, const Journey& journey, RouterAtWork* from, Random& random);

}  // namespace tracetcp::sim
