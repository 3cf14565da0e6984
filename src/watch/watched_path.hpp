#pragma once

#include "watch/watch_event.hpp"

#include <tracetcp/address.hpp>
#include <tracetcp/trace.hpp>

#include <cstdint>
#include <map>
#include <optional>
#include <vector>

namespace tracetcp {

/// Which addresses answer at which TTL, and when that has changed for good.
///
/// A load balancer that chooses anew for each packet, and silence, are no change. So an address
/// that is new at a TTL is only noted until three answers in a row there are of such addresses; if
/// a known one answers between, the new one belongs to the path beside it. The first rounds only
/// learn.
class WatchedPath {
 public:
  /// Takes a round. Empty: the path is what it was.
  std::optional<PathChange> take(const Trace& trace);

  /// The path as it is, from the first hop that answered on.
  [[nodiscard]] std::vector<PathPlace> places() const;

 private:
  static constexpr int learns_rounds = 5;
  static constexpr int confirmed_after = 3;

  struct Place {
    std::vector<Address> known;
    std::vector<Address> fresh;  ///< that answered since a known one did
    int fresh_answers = 0;
  };

  std::map<int, Place> places_;  ///< by TTL
  int rounds_ = 0;
  int length_ = 0;  ///< the largest TTL of the last round where something answered
};

}  // namespace tracetcp
