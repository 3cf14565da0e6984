#pragma once

#include <tracetcp/engine.hpp>
#include <tracetcp/trace.hpp>

#include <map>
#include <optional>
#include <vector>

namespace tracetcp {

/// Reports the hops of all paths to an observer while the search for them goes on.
class ReportedHops {
 public:
  explicit ReportedHops(Observer& observer) : observer_(observer) {}

  /// The hops that are not reported yet, as far as all next hops are found. `trace` has paths.
  void report(const Trace& trace);

  /// The search is over: all hops that are not reported yet, and again those of which a later flow
  /// showed more.
  void report_all(const Trace& trace);

 private:
  /// What a hop is reported as, but for times, which come from more flows later.
  struct Node {
    std::optional<Address> address;
    std::optional<ReplyKind> reply;
    std::vector<std::optional<Address>> from;  ///< the nodes before it

    bool operator==(const Node&) const = default;
  };
  using Nodes = std::vector<Node>;

  static std::map<Ttl, Nodes> hops_of(const Multipath& paths);
  void report(const Trace& trace, Ttl ttl, const Nodes& nodes);

  Observer& observer_;
  std::map<Ttl, Nodes> reported_;
};

}  // namespace tracetcp
