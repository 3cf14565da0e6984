#pragma once

#include "watch/watch_event.hpp"

#include <tracetcp/names.hpp>

#include <cstdint>
#include <span>
#include <string>
#include <vector>

namespace tracetcp {

/// An event of a watch in words.
struct WatchWords {
  WatchEventKind kind = WatchEventKind::verdict;
  TimePoint at;
  std::uint64_t round = 0;
  Endpoint target;
  std::string before;     ///< empty: nothing of that kind was there
  std::string after;      ///< empty: it is over
  std::string text;       ///< one sentence
  std::vector<int> ttls;  ///< the hops that it is about; none: the whole path
};

WatchWords words_of(const WatchEvent& event, const Names& names);

/// "hop 1 192.0.2.1, hop 2 silent, hop 3 198.51.100.1".
std::string path_text(std::span<const PathPlace> places);

}  // namespace tracetcp
