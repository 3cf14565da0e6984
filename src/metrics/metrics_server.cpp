#include "metrics/metrics_server.hpp"

#ifdef TRACETCP_PROMETHEUS

#include "metrics/watch_metrics.hpp"
#include "platform/standard_streams.hpp"

#include <tracetcp/error.hpp>

#include <fmt/core.h>
#include <prometheus/collectable.h>
#include <prometheus/exposer.h>

#include <exception>
#include <map>
#include <mutex>
#include <utility>

namespace tracetcp {
namespace {

/// What was last known of each target; scrapes come on threads of the exposer.
class Known final : public prometheus::Collectable {
 public:
  void take(const WatchedTarget& target, const std::vector<WatchEvent>& events) {
    const Endpoint key = target.record.latest()->target;
    EventCounts& counts = events_[key];
    for (const WatchEvent& event : events) ++counts[event.kind()];
    Families families = families_of(target, counts);
    const std::lock_guard lock(mutex_);
    families_[key] = std::move(families);
    counts_ = target.counts;
  }

  [[nodiscard]] Families Collect() const override {
    const std::lock_guard lock(mutex_);
    Families all = families_of_program(counts_);
    for (const auto& [target, families] : families_) add_families(all, families);
    return all;
  }

 private:
  std::map<Endpoint, EventCounts> events_;
  mutable std::mutex mutex_;  ///< of what follows
  std::map<Endpoint, Families> families_;
  RunCounts counts_;
};

class ExposingServer final : public MetricsServer {
 public:
  explicit ExposingServer(const Endpoint& at)
      : exposer_({"listening_ports", text(at), "num_threads", "2", "request_timeout_ms", "5000"}),
        url_(fmt::format("http://{}/metrics", text(Endpoint{at.address, port()}))) {
    exposer_.RegisterCollectable(known_);
  }

  void take(const WatchedTarget& target, const std::vector<WatchEvent>& events) override {
    known_->take(target, events);
  }
  [[nodiscard]] std::string url() const override { return url_; }

 private:
  [[nodiscard]] Port port() const {
    return Port{static_cast<std::uint16_t>(exposer_.GetListeningPorts().front())};
  }

  const std::shared_ptr<Known> known_ = std::make_shared<Known>();
  prometheus::Exposer exposer_;
  std::string url_;
};

/// The library does not hand on what the kernel says.
const char* why_not(const Endpoint& at) {
  constexpr std::uint16_t first_free_to_all = 1024;
  if (at.port.value != 0 && at.port.value < first_free_to_all) {
    return "ports below 1024 need privileges, which are given up by then; give a higher one";
  }
  if (at.address.family() == Family::ipv6) {
    return "the port is in use, the address is not one of this machine, or civetweb, which serves, "
           "was built without IPv6, as Debian 12 does; give an IPv4 address";
  }
  return "the port is in use, or the address is not one of this machine; give another ADDR:PORT";
}

}  // namespace

std::string why_no_metrics() {
  return "";
}

std::unique_ptr<MetricsServer> serve_metrics(const Endpoint& at) {
  try {
    const ThreadsWithoutSignals here;  // signals are for the thread that waits for answers
    return std::make_unique<ExposingServer>(at);
  } catch (const std::exception&) {
    throw Error(fmt::format("--metrics: cannot listen on {}: {}", text(at), why_not(at)));
  }
}

}  // namespace tracetcp

#else

namespace tracetcp {

std::string why_no_metrics() {
  return "this program was built without prometheus-cpp (Debian: prometheus-cpp-dev)";
}

std::unique_ptr<MetricsServer> serve_metrics(const Endpoint& /*at*/) {
  return nullptr;
}

}  // namespace tracetcp

#endif
