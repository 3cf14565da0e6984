#pragma once

#include <tracetcp/address.hpp>
#include <tracetcp/time.hpp>

#include <cstdint>
#include <string>
#include <string_view>

namespace tracetcp {

enum class WatchEventKind : std::uint8_t { verdict, path, loss, finding };

/// The name used in JSON, e.g. "path".
constexpr std::string_view name(WatchEventKind kind) {
  switch (kind) {
    case WatchEventKind::verdict:
      return "verdict";
    case WatchEventKind::path:
      return "path";
    case WatchEventKind::loss:
      return "loss";
    case WatchEventKind::finding:
      return "finding";
  }
  return "unknown";
}

/// Something that changed between two rounds of a watch.
struct WatchEvent {
  WatchEventKind kind = WatchEventKind::verdict;
  TimePoint at;             ///< when the round that shows it ended
  std::uint64_t round = 0;  ///< counted from 1
  Endpoint target;
  std::string before;  ///< empty: nothing of that kind was there
  std::string after;   ///< empty: it is over
  std::string text;    ///< one sentence
};

}  // namespace tracetcp
