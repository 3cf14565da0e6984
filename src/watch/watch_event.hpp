#pragma once

#include <tracetcp/address.hpp>
#include <tracetcp/finding.hpp>
#include <tracetcp/time.hpp>
#include <tracetcp/trace.hpp>

#include <cstdint>
#include <optional>
#include <string_view>
#include <variant>
#include <vector>

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

/// The addresses that answer at a TTL; none: it is silent.
struct PathPlace {
  int ttl = 0;
  std::vector<Address> addresses;
};

struct VerdictChange {
  Trace before;  ///< the last round of that verdict
  Trace after;
};

/// The places that changed.
struct PathChange {
  std::vector<PathPlace> before;
  std::vector<PathPlace> after;
};

/// Packets that get lost more often than chance explains.
struct Lost {
  std::optional<Finding> from;  ///< from which hop on; empty: it is only known to be on the way
  Address target;
  int asked = 0;  ///< at the end of the path
  int answered = 0;
};

/// Loss began or ended.
struct LossChange {
  std::optional<Lost> before;  ///< what ended
  std::optional<Lost> after;   ///< what began
  int answered = 0;            ///< where it ended: probes in a row
};

/// A hop that limits or loses its own answers, not the SYNs.
struct LimitFound {
  Place at;
  int asked = 0;
  int answered = 0;
};

/// Something that changed between two rounds of a watch.
struct WatchEvent {
  TimePoint at;             ///< when the round that shows it ended
  std::uint64_t round = 0;  ///< counted from 1
  Endpoint target;
  std::variant<VerdictChange, PathChange, LossChange, Finding, LimitFound> data;

  [[nodiscard]] WatchEventKind kind() const {
    if (std::holds_alternative<VerdictChange>(data)) return WatchEventKind::verdict;
    if (std::holds_alternative<PathChange>(data)) return WatchEventKind::path;
    if (std::holds_alternative<LossChange>(data)) return WatchEventKind::loss;
    return WatchEventKind::finding;
  }
};

}  // namespace tracetcp
