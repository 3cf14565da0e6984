#pragma once

#include <tracetcp/address.hpp>
#include <tracetcp/diagnosis.hpp>
#include <tracetcp/number.hpp>
#include <tracetcp/reply.hpp>
#include <tracetcp/time.hpp>

#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

namespace tracetcp {

/// The part of all nodes for which the stopping rule finds every next hop, where its router
/// spreads flows evenly.
inline constexpr double path_confidence = 0.95;

/// A responder that answered SYNs of one TTL, or a silent hop.
struct PathNode {
  Ttl ttl;                         ///< of the start: the one before the first that was asked
  std::optional<Address> address;  ///< empty: silent; of the start: known only where TTL is 0
  std::optional<ReplyKind> reply;  ///< empty: none; anything but time_exceeded ends the path
  IcmpNumbers icmp;                ///< of a rejection
  std::vector<Duration> rtts;      ///< in the order of the flows
  std::vector<MplsLabel> mpls;     ///< of the first answer
  std::vector<Port> flows;         ///< source ports of those that were asked and came here
  bool complete = false;           ///< all its next hops are found, or the path ends here
  bool dead_end = false;           ///< silent, and nothing behind it answers these flows
  bool per_packet = false;         ///< the packets of one flow go on to different next hops
};

/// That flows go on from one node to another, by their index in Multipath::nodes.
struct PathEdge {
  std::size_t from = 0;
  std::size_t to = 0;
  std::uint32_t flows = 0;
  bool certain = true;  ///< false: behind a per-packet balancer, where no flow has a way of its own
};

/// Where paths part, and where all of them have met again (Augustin et al. 2007).
struct Diamond {
  std::size_t from = 0;           ///< node where they part
  std::optional<std::size_t> to;  ///< node where they meet, the nearest one; empty: they don't
  Ttl first;                      ///< TTLs of what lies between
  Ttl last;
  std::uint64_t paths = 0;     ///< between the two, at most most_paths
  std::uint32_t width = 0;     ///< nodes of one TTL, at most
  std::uint32_t length = 0;    ///< hops from one end to the other: of the longest path
  std::uint32_t shortest = 0;  ///< of the shortest path
};

/// How the flows of some paths ended.
struct PathOutcome {
  std::optional<ReplyKind> reply;  ///< empty: silence
  Place at;                        ///< who answered last
  std::uint64_t paths = 0;         ///< that end so, at most most_paths
  std::vector<Port> flows;         ///< source ports
};

/// All paths that flows to one target and port take: a graph without cycles, as each node belongs
/// to a TTL. Plain data.
struct Multipath {
  /// More paths are not counted.
  static constexpr std::uint64_t most_paths = 1'000'000;

  std::uint32_t flows = 0;        ///< source ports that were asked
  std::uint32_t syns_sent = 0;    ///< of these flows; a control's are no part of it
  std::vector<PathNode> nodes;    ///< by rising TTL; the first is the start
  std::vector<PathEdge> edges;    ///< by rising `from`
  std::vector<Diamond> diamonds;  ///< those that are not inside another, by rising TTL
  std::vector<PathOutcome> outcomes;
  std::uint64_t paths = 0;  ///< from the start to the end, at most most_paths
  bool complete = false;    ///< every node is
  bool by_label = false;    ///< other source ports changed nothing; flow labels were varied
  bool exhausted = false;   ///< no: more flows would have been needed than there may be
};

}  // namespace tracetcp
