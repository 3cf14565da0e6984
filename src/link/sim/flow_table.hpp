#pragma once

#include "link/sim/random.hpp"

#include <tracetcp/address.hpp>

#include <cstddef>
#include <cstdint>
#include <unordered_map>
#include <utility>

namespace tracetcp::sim {

/// A flow, and which of several places or things about it is meant.
struct FlowKey {
  Flow flow;
  std::uint64_t place = 0;

  bool operator==(const FlowKey&) const = default;
};

struct FlowKeyHash {
  std::size_t operator()(const FlowKey& key) const noexcept {
    return static_cast<std::size_t>(hash_of(key.flow, key.place));
  }
};

/// What is remembered about flows, in bounded space: once `limit` flows were used, those that were
/// not used since the last such moment are forgotten. No operation looks at more than one flow.
template <class Value, std::size_t limit = 65536>
class FlowTable {
 public:
  /// What is remembered; nullptr: nothing.
  Value* find(const FlowKey& key) {
    if (const auto it = young_.find(key); it != young_.end()) return &it->second;
    const auto old = old_.find(key);
    if (old == old_.end()) return nullptr;
    Value value = std::move(old->second);
    old_.erase(old);
    return &insert(key, std::move(value));
  }

  /// What is remembered, or a new Value.
  Value& get(const FlowKey& key) {
    Value* known = find(key);
    return known != nullptr ? *known : insert(key, Value{});
  }

  void erase(const FlowKey& key) {
    young_.erase(key);
    old_.erase(key);
  }

  [[nodiscard]] std::size_t size() const { return young_.size() + old_.size(); }

 private:
  Value& insert(const FlowKey& key, Value value) {
    if (young_.size() >= limit) {
      old_ = std::move(young_);
      young_.clear();
    }
    return young_.insert_or_assign(key, std::move(value)).first->second;
  }

  std::unordered_map<FlowKey, Value, FlowKeyHash> young_;
  std::unordered_map<FlowKey, Value, FlowKeyHash> old_;
};

}  // namespace tracetcp::sim
