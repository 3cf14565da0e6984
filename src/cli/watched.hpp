#pragma once

#include "watch/watch_record.hpp"

#include <tracetcp/names.hpp>
#include <tracetcp/report.hpp>
#include <tracetcp/trace.hpp>

#include <cstddef>
#include <deque>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <utility>

namespace tracetcp::cli {

/// One of the ports that are watched, and what is known of it.
struct Watched {
  Endpoint target;
  std::string label;  ///< "www.example.com:443"
  std::string host;   ///< as the user gave it
  RunInfo info;
  std::unique_ptr<Names> own_names;  ///< of its hops; null: those of the run
  WatchRecord record{};
  std::optional<Trace> under_way{};  ///< its first round, until that ended
};

/// All of them, by the order in which they were added.
class AllWatched {
 public:
  /// False: it is there.
  bool add(Watched one) {
    const bool is_new = place_of_.try_emplace(one.target, all_.size()).second;
    if (is_new) all_.push_back(std::move(one));
    return is_new;
  }
  [[nodiscard]] Watched* find(const Endpoint& target) {
    const auto found = place_of_.find(target);
    return found == place_of_.end() ? nullptr : &all_[found->second];
  }
  [[nodiscard]] std::deque<Watched>& all() { return all_; }
  [[nodiscard]] const std::deque<Watched>& all() const { return all_; }
  [[nodiscard]] bool are_several() const { return all_.size() > 1; }

 private:
  std::deque<Watched> all_;  // entries stay where they are
  std::map<Endpoint, std::size_t> place_of_;
};

/// "www.example.com:443", else the address and the port.
std::string label_of(const std::string& host, const Endpoint& target);

}  // namespace tracetcp::cli
