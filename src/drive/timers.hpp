#pragma once

#include <tracetcp/time.hpp>

#include <algorithm>
#include <cstdint>
#include <set>
#include <unordered_map>
#include <utility>
#include <vector>

namespace tracetcp {

/// When each of many tasks, named by a number, is to be looked at. Setting a time and finding the
/// next one take logarithmic time.
class Timers {
 public:
  /// In place of the task's earlier time; never: it is looked at no more.
  void set(std::uint32_t id, TimePoint when) {
    const auto known = times_.find(id);
    if (known == times_.end()) {
      if (when == never) return;
      times_.emplace(id, when);
      order_.emplace(when, id);
      return;
    }
    if (known->second == when) return;
    auto node = order_.extract({known->second, id});
    if (when == never) {
      times_.erase(known);
      return;
    }
    known->second = when;
    node.value() = {when, id};
    order_.insert(std::move(node));
  }

  /// The tasks whose time has come, in the order of their numbers. They keep their times.
  void find_due(TimePoint now, std::vector<std::uint32_t>& due) const {
    due.clear();
    for (auto entry = order_.begin(); entry != order_.end() && entry->first <= now; ++entry) {
      due.push_back(entry->second);
    }
    std::sort(due.begin(), due.end());
  }

  [[nodiscard]] TimePoint next() const { return order_.empty() ? never : order_.begin()->first; }

 private:
  std::set<std::pair<TimePoint, std::uint32_t>> order_;
  std::unordered_map<std::uint32_t, TimePoint> times_;
};

}  // namespace tracetcp
