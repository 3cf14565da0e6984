#pragma once

#include <tracetcp/diagnose.hpp>

#include <cstddef>
#include <deque>
#include <memory>
#include <unordered_map>
#include <vector>

namespace tracetcp {

/// What the last traces showed, by target address: only traces to one address can be compared.
class KnownTraces {
 public:
  void add(Digest&& digest);

  /// Forgets the oldest ones. Those of the target that was traced last which went farthest are
  /// kept: they show where a port far behind them in a long range is answered too near.
  void drop(std::size_t count);

  [[nodiscard]] std::size_t size() const { return all_.size(); }

  /// Counted from the end: 1 is the one added last.
  [[nodiscard]] const Digest& last(std::size_t which) const { return *all_[all_.size() - which]; }

  /// Of the traces to one address the few to compare others with, chosen as telling() does. Valid
  /// until the next add() or drop().
  [[nodiscard]] std::vector<const Digest*> telling_of(Address target) const;

 private:
  struct Ranked {
    const Digest* digest;
    int worth;
  };
  struct SameTarget {
    std::vector<const Digest*> in_order;
    std::vector<Ranked> by_worth;  ///< falling; equal ones in order
  };

  [[nodiscard]] bool is_farthest(const Digest& digest) const;
  void forget(const Digest& digest);

  std::deque<std::unique_ptr<const Digest>> all_;  ///< whose addresses stay as others are dropped
  std::unordered_map<Address, SameTarget> by_target_;
};

}  // namespace tracetcp
