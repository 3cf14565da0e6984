#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <utility>
#include <vector>

namespace tracetcp {

/// A hash map whose look-ups touch nothing but the entry looked for: std::unordered_map comes to a
/// node by way of another one, which is far away in memory where the map is large. Addresses of
/// values stay the same until they are erased. Hash must give 32 bits that are all well mixed.
template <class Key, class Value, class Hash>
class FlatMap {
 public:
  /// nullptr: there is no such key.
  [[nodiscard]] Value* find(const Key& key) {
    const std::uint32_t place = cells_[cell_of(key, Hash{}(key))].place;
    return place == none ? nullptr : &entry(place).second;
  }
  [[nodiscard]] const Value* find(const Key& key) const {
    return const_cast<FlatMap*>(this)->find(key);
  }

  struct Emplaced {
    const Key& key;  ///< stays where it is, as the value does
    Value& value;
    bool is_new;
  };

  /// The value of a key; a new one is made by default.
  Emplaced try_emplace(const Key& key) {
    if (used_ * 2 >= cells_.size()) grow();
    const std::uint32_t hash = Hash{}(key);
    Cell& cell = cells_[cell_of(key, hash)];
    const bool is_new = cell.place == none;
    if (is_new) {
      cell = {.hash = hash, .place = take_place()};
      entry(cell.place).first = key;
      ++used_;
    }
    Entry& found = entry(cell.place);
    return {found.first, found.second, is_new};
  }

  void erase(const Key& key) {
    std::size_t gap = cell_of(key, Hash{}(key));
    if (cells_[gap].place == none) return;
    entry(cells_[gap].place).second = {};
    free_.push_back(cells_[gap].place);
    --used_;
    // Those behind it that had to make way for it move up, so that no search ends at the gap.
    for (std::size_t at = next(gap); cells_[at].place != none; at = next(at)) {
      const std::size_t home = cells_[at].hash & (cells_.size() - 1);
      const bool may_move =
          ((at - home) & (cells_.size() - 1)) >= ((at - gap) & (cells_.size() - 1));
      if (!may_move) continue;
      cells_[gap] = cells_[at];
      gap = at;
    }
    cells_[gap].place = none;
  }

  [[nodiscard]] std::size_t size() const { return used_; }

 private:
  static constexpr std::uint32_t none = ~0U;

  struct Cell {
    std::uint32_t hash = 0;
    std::uint32_t place = none;  ///< of its entry
  };

  /// Those that are no smaller than the lines of a cache, 64 bytes nearly everywhere, begin with
  /// one: each line that an entry lies in may have to come from far away.
  static constexpr std::size_t line = 64;
  static constexpr std::size_t alignment =
      sizeof(std::pair<Key, Value>) >= line ? line : alignof(std::pair<Key, Value>);
  struct alignas(alignment) Entry {
    Key first{};
    Value second{};
  };
  static constexpr std::uint32_t piece = 64;  ///< entries that are made at a time

  [[nodiscard]] Entry& entry(std::uint32_t place) const {
    return pieces_[place / piece][place % piece];
  }

  [[nodiscard]] std::size_t next(std::size_t cell) const {
    return (cell + 1) & (cells_.size() - 1);
  }

  /// Where the key is, or else would be.
  [[nodiscard]] std::size_t cell_of(const Key& key, std::uint32_t hash) const {
    std::size_t at = hash & (cells_.size() - 1);
    while (cells_[at].place != none &&
           !(cells_[at].hash == hash && entry(cells_[at].place).first == key)) {
      at = next(at);
    }
    return at;
  }

  std::uint32_t take_place() {
    if (free_.empty()) {
      if (made_ % piece == 0) pieces_.push_back(std::make_unique<Entry[]>(piece));
      return made_++;
    }
    const std::uint32_t place = free_.back();
    free_.pop_back();
    return place;
  }

  void grow() {
    std::vector<Cell> old(cells_.size() * 2);
    old.swap(cells_);
    for (const Cell& cell : old) {
      if (cell.place == none) continue;
      std::size_t at = cell.hash & (cells_.size() - 1);
      while (cells_[at].place != none) at = next(at);
      cells_[at] = cell;
    }
  }

  std::vector<Cell> cells_ = std::vector<Cell>(16);  ///< a power of two, at most half of them used
  std::vector<std::unique_ptr<Entry[]>> pieces_;     ///< the entries
  std::uint32_t made_ = 0;                           ///< of them
  std::vector<std::uint32_t> free_;                  ///< places of those that are not in use
  std::size_t used_ = 0;
};

}  // namespace tracetcp
