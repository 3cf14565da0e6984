#pragma once

#include "multipath/flow_table.hpp"

#include <tracetcp/address.hpp>

#include <compare>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <utility>
#include <vector>

namespace tracetcp {

/// What distinguishes the nodes of one TTL. Silent hops have no address: those at an equal distance
/// behind one responder are one node.
struct NodeKey {
  Address address;     ///< of who answered; silent: of the last before it that did
  int silent = 0;      ///< how many hops behind that; 0: it answered itself
  bool start = false;  ///< the same for silent ones behind the start
  std::optional<ReplyKind> end;

  auto operator<=>(const NodeKey&) const = default;

  /// Whether both are one machine, as far as is known, at any TTL and for any kind of path end.
  [[nodiscard]] bool same_place(const NodeKey& other) const {
    return address == other.address && silent == other.silent && start == other.start;
  }
};

/// The graph that the flows of a table make. A pure function of it, as long as the table does not
/// change.
class PathGraph {
 public:
  /// Nodes of the TTL beside, and how many flows go there or come from there.
  using Links = std::vector<std::pair<std::size_t, std::uint32_t>>;

  struct Node {
    int ttl = 0;
    NodeKey key;
    std::vector<std::size_t> flows;
    Links next;
    Links previous;
    std::uint32_t settled = 0;  ///< flows whose next hop is known
    std::uint32_t waiting = 0;  ///< flows whose next hop is asked
    bool varies = false;        ///< one of its flows went on to different next hops

    [[nodiscard]] bool is_silent() const { return key.silent > 0; }
    [[nodiscard]] bool is_end() const { return key.end.has_value(); }
    /// Flows whose next hop must be known for all next hops to count as found.
    [[nodiscard]] std::uint32_t flows_needed() const;
  };

  explicit PathGraph(const FlowTable& table);

  /// By rising TTL; the first is the start, one TTL before the first.
  [[nodiscard]] const std::vector<Node>& nodes() const { return nodes_; }

  /// The nodes of a TTL: indexes from first to last, last excluded.
  [[nodiscard]] std::pair<std::size_t, std::size_t> layer(int ttl) const;

  /// The node where a flow was at a TTL; empty: not known.
  [[nodiscard]] std::optional<std::size_t> node_of(std::size_t flow, int ttl) const;

 private:
  static constexpr std::uint32_t unknown = UINT32_MAX;

  [[nodiscard]] std::size_t index_of(int ttl) const;  ///< of layers_ and at_
  void add_layer(int ttl);
  [[nodiscard]] std::optional<NodeKey> key_of(std::size_t flow, int ttl) const;
  std::size_t node_with(const NodeKey& key, int ttl);
  void connect(std::size_t flow, int ttl, std::size_t from);

  const FlowTable& table_;
  std::vector<int> ends_;  ///< TTL by flow
  std::vector<Node> nodes_;
  std::vector<std::size_t> layers_;             ///< first node of each TTL from first - 1 on
  std::vector<std::vector<std::uint32_t>> at_;  ///< by TTL from first - 1 on, and flow
};

}  // namespace tracetcp
