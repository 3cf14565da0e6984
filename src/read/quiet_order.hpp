#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

namespace tracetcp {

/// Numbers in the order in which they were touched last. The links are here, side by side, and not
/// in what the numbers stand for: each packet touches its trace, and to link traces themselves
/// would fetch three others from memory for that.
class QuietOrder {
 public:
  static constexpr std::uint32_t none = ~0U;

  /// The one that was touched before all others; none: there is none.
  [[nodiscard]] std::uint32_t quietest() const { return first_; }

  /// Puts a number last that is not there.
  void add(std::uint32_t number) {
    if (number >= links_.size()) links_.resize(std::size_t{number} + 1);
    links_[number] = {.before = last_, .after = none};
    (last_ == none ? first_ : links_[last_].after) = number;
    last_ = number;
  }

  /// Takes out one that is there.
  void remove(std::uint32_t number) {
    const Links links = links_[number];
    (links.before == none ? first_ : links_[links.before].after) = links.after;
    (links.after == none ? last_ : links_[links.after].before) = links.before;
  }

  /// Puts one last that is there.
  void touch(std::uint32_t number) {
    if (number == last_) return;
    remove(number);
    add(number);
  }

 private:
  struct Links {
    std::uint32_t before = none;
    std::uint32_t after = none;
  };

  std::vector<Links> links_;
  std::uint32_t first_ = none;
  std::uint32_t last_ = none;
};

}  // namespace tracetcp
