#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <utility>
#include <vector>

namespace tracetcp {

/// Finds SYNs by what numbers them in the same time, however many there are: a hash table whose
/// chains lead from the last SYN to those before it. Who owns the SYNs keeps the links. Hashes must
/// be well mixed. There is room for the SYNs of a usual trace in the object.
class SynChains {
 public:
  static constexpr std::uint32_t none = ~0U;

  SynChains() { few_.fill(none); }

  /// The last SYN of a chain; none: it is empty.
  [[nodiscard]] std::uint32_t last(std::uint32_t hash) const {
    return many_.empty() ? few_[hash % few_.size()] : many_[hash & (many_.size() - 1)];
  }

  /// Puts a SYN at the end of its chain; returns what was its end before.
  std::uint32_t add(std::uint32_t hash, std::uint32_t index) {
    std::uint32_t& end =
        many_.empty() ? few_[hash % few_.size()] : many_[hash & (many_.size() - 1)];
    return std::exchange(end, index);
  }

  /// Whether that number of SYNs makes long chains. Then the owner calls lengthen(), and adds all
  /// again.
  [[nodiscard]] bool is_full(std::size_t syns) const {
    return syns > 4 * (many_.empty() ? few_.size() : many_.size());
  }
  void lengthen() { many_.assign(16 * (many_.empty() ? few_.size() : many_.size()), none); }

  void clear() {
    many_ = {};  // gives the memory back
    few_.fill(none);
  }

 private:
  std::array<std::uint32_t, 32> few_{};
  std::vector<std::uint32_t> many_;  ///< instead, once there are many; a power of two
};

}  // namespace tracetcp
