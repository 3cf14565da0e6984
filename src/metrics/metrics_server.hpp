#pragma once

#include "watch/watch_record.hpp"

#include <tracetcp/address.hpp>
#include <tracetcp/run_counts.hpp>

#include <memory>
#include <string>
#include <vector>

namespace tracetcp {

/// What the metrics of one target are made of.
struct WatchedTarget {
  const WatchRecord& record;  ///< of one round at least
  std::string name;           ///< as the user gave it, without the port
  std::string method;
  RunCounts counts;
  bool has_hops = true;  ///< each hop has its figures; of many targets they are too many
};

/// Serves the figures of watches to Prometheus, by threads of its own, from the end of their first
/// round on.
class MetricsServer {
 public:
  virtual ~MetricsServer() = default;

  /// Takes what is known of a target after a round, and the events of that round.
  virtual void take(const WatchedTarget& target, const std::vector<WatchEvent>& events) = 0;

  /// "http://127.0.0.1:9464/metrics"
  [[nodiscard]] virtual std::string url() const = 0;
};

/// Why the program can't serve any; empty: it can.
std::string why_no_metrics();

/// Port 0: any that is free. To be called once the privileges are given up. Throws Error.
std::unique_ptr<MetricsServer> serve_metrics(const Endpoint& at);

}  // namespace tracetcp
