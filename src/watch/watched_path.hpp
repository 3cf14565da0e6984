#pragma once

#include <tracetcp/address.hpp>
#include <tracetcp/trace.hpp>

#include <cstdint>
#include <map>
#include <optional>
#include <string>
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
  struct Change {
    std::string before;  ///< "hop 3 10.0.0.1, hop 4 10.0.0.2"
    std::string after;
  };

  /// Takes a round. Empty: the path is what it was.
  std::optional<Change> take(const Trace& trace);

  /// The path as it is: "hop 1 192.0.2.1, hop 2 silent, hop 3 198.51.100.1".
  [[nodiscard]] std::string text() const;

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
