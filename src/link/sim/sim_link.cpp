#include "link/sim/network.hpp"
#include "link/sim/timeline.hpp"
#include "link/sim/world.hpp"

#include <tracetcp/error.hpp>
#include <tracetcp/sim.hpp>

#include <algorithm>
#include <utility>
#include <vector>

namespace tracetcp {

namespace {

// 2003-08-19T00:00:00Z, the day of the program's first release.
constexpr TimePoint start_of_time{std::chrono::seconds(1061251200)};

class SimLink final : public Link {
 public:
  SimLink(std::shared_ptr<const sim::SimNetwork> network, std::uint64_t seed)
      : world_(std::move(network), seed, timeline_,
               [this](std::vector<std::uint8_t> bytes) { capture(std::move(bytes)); }) {}

  TimePoint now() override { return timeline_.now(); }

  void send(std::span<const Bytes> packets) override {
    for (const Bytes packet : packets) world_.send(packet);
  }

  std::span<const Frame> wait(TimePoint until) override {
    returned_.clear();
    run(std::max(until, timeline_.now()));
    std::swap(returned_, captured_);
    frames_.clear();
    for (const Captured& one : returned_) {
      frames_.push_back(
          {LinkType::raw, one.bytes, static_cast<std::uint32_t>(one.bytes.size()), one.time});
    }
    stats_.captured += frames_.size();
    return frames_;
  }

  LinkStats stats() override { return stats_; }

 private:
  struct Captured {
    std::vector<std::uint8_t> bytes;
    TimePoint time;
  };

  void capture(std::vector<std::uint8_t> bytes) {
    captured_.push_back({std::move(bytes), timeline_.now()});
  }

  /// Lets things happen until something was captured, and all else at that moment too.
  void run(TimePoint until) {
    while (timeline_.next() <= until && timeline_.next() != never) {
      if (!captured_.empty() && timeline_.next() != timeline_.now()) return;
      timeline_.run_next();
    }
    if (captured_.empty() && until != never) timeline_.advance(until);
  }

  sim::Timeline timeline_{start_of_time};
  sim::World world_;
  std::vector<Captured> captured_;  ///< since the last wait()
  std::vector<Captured> returned_;  ///< by the last wait()
  std::vector<Frame> frames_;       ///< views of returned_
  LinkStats stats_;
};

class SimulatedNames final : public Names {
 public:
  SimulatedNames(std::shared_ptr<const Network> network, Endpoint target)
      : network_(std::move(network)), target_(target) {}

  void ask(Address) override {}
  [[nodiscard]] std::optional<std::string> of(Address address) const override {
    return network_->name_of(address, target_);
  }

 private:
  std::shared_ptr<const Network> network_;
  Endpoint target_;
};

}  // namespace

std::unique_ptr<Link> make_simulated_link(std::shared_ptr<const Network> network,
                                          std::uint64_t seed) {
  auto readable = std::dynamic_pointer_cast<const sim::SimNetwork>(std::move(network));
  if (readable == nullptr) throw Error("cannot simulate a network that was not read from a file");
  return std::make_unique<SimLink>(std::move(readable), seed);
}

std::unique_ptr<Names> simulated_names(std::shared_ptr<const Network> network, Endpoint target) {
  return std::make_unique<SimulatedNames>(std::move(network), target);
}

}  // namespace tracetcp
