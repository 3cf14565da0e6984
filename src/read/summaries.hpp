#pragma once

#include "core/flat_map.hpp"

#include <tracetcp/summary.hpp>
#include <tracetcp/syn.hpp>

#include <compare>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <unordered_map>
#include <vector>

namespace tracetcp {

/// Sums up the attempts to connect that a capture holds besides traces: who asked what, and what
/// became of it. Attempts are kept apart by source, target and port as long as these are few; where
/// many have two of them, or one, in common, they become one group. Memory is bounded.
class Summaries {
 public:
  /// A source that asks this many ports of a target, or this many targets, scans.
  static constexpr std::size_t many = 10;
  /// The most summaries, without the one for all the rest.
  static constexpr std::size_t most_told = 1000;

  void add(const Flow& flow, const Attempts& attempts);

  /// All of them, the most telling first. Nothing is left.
  std::vector<Summary> take();

 private:
  struct Conversation {
    Address source;
    Endpoint target;

    auto operator<=>(const Conversation&) const = default;
  };
  struct ConversationHash {
    std::size_t operator()(const Conversation& conversation) const;
  };

  /// What the conversations of a group have in common.
  struct Key {
    std::optional<Address> source;
    std::optional<Address> target;
    std::optional<Port> port;

    auto operator<=>(const Key&) const = default;
  };
  using KeyOf = Key (*)(const Conversation&);

  struct EndHash {
    std::uint32_t operator()(const Endpoint& end) const {
      return (folded(end.address) * 0x85ebca6bU ^ end.port.value) * 0x9e3779b1U;
    }
  };
  /// Addresses with a port, or with that of zero.
  using Ends = FlatMap<Endpoint, std::uint8_t, EndHash>;

  struct Group {
    Attempts attempts;
    Address first_source;
    Ends sources;
    Ends targets;
    Ends ports;  ///< of a target, each
    std::vector<Port> open_ports;
    bool at_least = false;
  };

  Group* group_of(const Conversation& conversation);
  void put(Group& group, const Conversation& conversation, const Attempts& attempts);
  void count(Group& group, Ends& ends, const Endpoint& end);
  void gather();
  void gather(KeyOf key_of, std::size_t enough);
  void gather_rest();
  std::vector<Summary> take_lines();
  static Summary summary_of(const Key& key, Group& group);
  static SummaryKind kind_of(const Summary& summary);

  std::unordered_map<Conversation, Attempts, ConversationHash> conversations_;
  std::map<Key, Group> groups_;
  Group rest_;
  std::size_t ends_ = 0;  ///< counted in all groups
};

}  // namespace tracetcp
