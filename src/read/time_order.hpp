#pragma once

#include <tracetcp/time.hpp>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <functional>
#include <iterator>
#include <optional>
#include <utility>
#include <vector>

namespace tracetcp {

/// Brings what was read from a capture into the order of its stamps: dumpcap with several
/// interfaces, mirror ports of switches and several queues of a network card write records in
/// another one. It looks ahead within a window: an item may come up to `most_later` items and
/// `most_late` after those that it belongs before; items with the same stamp stay in their order.
/// What is later than that is taken where it stands, as a clock was set back there or a file was
/// put behind another one.
///
/// Items are handed on in batches, which are not touched where they are in order already. A
/// taker on another processor had better give batches back empty: to clear one here would fetch
/// each item from there.
template <class Item>  // has a `time`
class TimeOrder {
 public:
  using Batch = std::vector<Item>;
  /// Takes a batch, and leaves an empty one or one whose memory may be used again. False: no more
  /// are wanted.
  using Put = std::function<bool(Batch&)>;

  static constexpr Duration most_late = std::chrono::seconds(1);
  /// Small: a batch, and those that wait for the other thread, are to be in the caches next to the
  /// processor until they are handed on.
  static constexpr std::size_t items_of_batch = 128;
  static constexpr std::size_t most_later = 64 * items_of_batch;

  /// `longest_hold`: of items whose stamps are further apart the earlier ones are not held back
  /// any longer; empty: they are, until enough others came.
  TimeOrder(std::optional<Duration> longest_hold, Put put)
      : longest_hold_(longest_hold), put_(std::move(put)) {}

  /// Adds an item that is made of these. False: put() said so. Inlined, as the loop that calls it
  /// is short.
  template <class... Args>
  [[gnu::always_inline]] bool add(TimePoint time, Args&&... args) {
    if (time < newest_) [[unlikely]] {
      if (!note_late(time)) return false;
    } else {
      newest_ = time;
    }
    filling_.emplace_back(std::forward<Args>(args)...);
    if (filling_.size() == items_of_batch) [[unlikely]] {
      if (!take_full()) return false;
    }
    return !longest_hold_ || newest_ - oldest() <= 2 * *longest_hold_ || hand_on_old();
  }

  /// Hands on all that was added.
  bool flush() {
    if (!is_in_order_) sort();
    if (!filling_.empty()) keep_batch();
    return hand_on(held_.size());
  }

 private:
  /// A whole batch. What needs no sorting is handed on soon, while it is in the caches.
  [[gnu::noinline]] bool take_full() {
    keep_batch();
    constexpr std::size_t window = most_later / items_of_batch;
    const std::size_t most = is_in_order_ ? window : 2 * window - 1;
    return held_.size() <= most || hand_on(held_.size() - window);
  }

  /// Before the stamps of other items.
  [[gnu::noinline]] bool note_late(TimePoint time) {
    if (newest_ - time <= most_late) {
      is_in_order_ = false;
      return true;
    }
    newest_ = time;
    return flush();
  }

  /// Where the items are in order that of the first.
  [[nodiscard]] TimePoint oldest() const {
    return held_.empty() ? filling_.front().time : held_.front().front().time;
  }

  void keep_batch() {
    held_.push_back(std::exchange(filling_, {}));
    if (spare_.empty()) return;
    filling_ = std::move(spare_.back());
    spare_.pop_back();
  }

  /// The first batches of those that are held.
  bool hand_on(std::size_t batches) {
    if (!is_in_order_) sort();
    for (; batches > 0 && !held_.empty(); --batches) {
      Batch batch = std::move(held_.front());
      held_.pop_front();
      if (!put_(batch)) return false;
      batch.clear();
      if (spare_.size() < most_later / items_of_batch) spare_.push_back(std::move(batch));
    }
    return true;
  }

  /// Those that have been held for long enough.
  [[gnu::noinline]] bool hand_on_old() {
    if (!is_in_order_) sort();
    if (!filling_.empty()) keep_batch();
    const TimePoint until = newest_ - *longest_hold_;
    std::size_t batches = 0;
    while (batches < held_.size() && held_[batches].back().time < until) ++batches;
    if (batches < held_.size()) {  // of the next one some are
      Batch& partly = held_[batches];
      const auto young = std::find_if(partly.begin(), partly.end(),
                                      [&](const Item& item) { return item.time >= until; });
      if (young != partly.begin()) {
        Batch old(std::make_move_iterator(partly.begin()), std::make_move_iterator(young));
        partly.erase(partly.begin(), young);
        held_.insert(held_.begin() + static_cast<std::ptrdiff_t>(batches), std::move(old));
        ++batches;
      }
    }
    return hand_on(batches);
  }

  /// All that are held.
  void sort() {
    Batch all;
    for (Batch& batch : held_) {
      std::move(batch.begin(), batch.end(), std::back_inserter(all));
      batch.clear();
      spare_.push_back(std::move(batch));
    }
    std::move(filling_.begin(), filling_.end(), std::back_inserter(all));
    filling_.clear();
    held_.clear();
    // Numbers are moved about, not the items, which are large.
    std::vector<std::pair<TimePoint, std::uint32_t>> order;
    order.reserve(all.size());
    for (const Item& item : all) {
      order.emplace_back(item.time, static_cast<std::uint32_t>(order.size()));
    }
    std::sort(order.begin(), order.end());
    for (const auto& [time, number] : order) {
      filling_.push_back(std::move(all[number]));
      if (filling_.size() == items_of_batch) keep_batch();
    }
    is_in_order_ = true;
  }

  std::optional<Duration> longest_hold_;
  Put put_;
  std::deque<Batch> held_;  ///< whole ones, before those of filling_
  Batch filling_;
  std::vector<Batch> spare_;  ///< memory
  TimePoint newest_{};
  bool is_in_order_ = true;  ///< held_ and filling_ are
};

}  // namespace tracetcp
