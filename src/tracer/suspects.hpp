#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <unordered_map>

namespace tracetcp {

/// Traces that wait for their turn, oldest first. Nothing here takes longer for many of them than
/// logarithmic time.
class Suspects {
 public:
  [[nodiscard]] bool empty() const { return by_number_.empty(); }
  [[nodiscard]] std::size_t size() const { return by_number_.size(); }
  [[nodiscard]] bool holds(std::uint32_t trace) const { return numbers_.contains(trace); }

  void push_back(std::uint32_t trace) { insert(trace, next_++); }
  void push_front(std::uint32_t trace) { insert(trace, --first_); }
  void erase(std::uint32_t trace) {
    const auto found = numbers_.find(trace);
    if (found == numbers_.end()) return;
    by_number_.erase(found->second);
    numbers_.erase(found);
  }

  /// How many may be before it; some of them may have left.
  [[nodiscard]] std::int64_t place_of(std::uint32_t trace) const {
    return numbers_.at(trace) - by_number_.begin()->first;
  }

  /// Calls `each` with all of them, oldest first.
  template <class Each>
  void for_each(Each each) const {
    for (const auto& [number, trace] : by_number_) each(trace);
  }

 private:
  void insert(std::uint32_t trace, std::int64_t number) {
    if (numbers_.try_emplace(trace, number).second) by_number_.emplace(number, trace);
  }

  std::map<std::int64_t, std::uint32_t> by_number_;
  std::unordered_map<std::uint32_t, std::int64_t> numbers_;
  std::int64_t first_ = 0;
  std::int64_t next_ = 0;
};

}  // namespace tracetcp
