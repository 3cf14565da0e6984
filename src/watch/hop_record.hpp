#pragma once

#include "watch/rtt_histogram.hpp"

#include <tracetcp/address.hpp>
#include <tracetcp/time.hpp>

#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

namespace tracetcp {

/// How a hop, or the target, answered a number of probes.
struct HopFigures {
  std::uint64_t asked = 0;
  std::uint64_t answered = 0;
  std::optional<Duration> last;  ///< this and the following: empty where no time is known
  std::optional<Duration> least;
  std::optional<Duration> median;
  std::optional<Duration> p95;  ///< of 100 answers 95 took no longer (nearest rank)
  std::optional<Duration> most;
  /// Mean difference between one time and the next, as in RFC 3550, section 6.4.1; of two at least.
  std::optional<Duration> jitter;

  /// Part of the probes that was not answered, 0 to 1.
  [[nodiscard]] double loss() const {
    return asked == 0 ? 0 : static_cast<double>(asked - answered) / static_cast<double>(asked);
  }
};

/// All that a watch keeps of one TTL. It takes a bounded amount of memory.
class HopRecord {
 public:
  /// Probes that figures of the window are about.
  static constexpr std::size_t window_size = 100;
  /// Addresses that are kept apart; others are counted together.
  static constexpr std::size_t most_addresses = 16;

  struct Outcome {
    bool answered = false;
    std::optional<Duration> rtt{};
  };
  struct Share {
    Address address;
    std::uint64_t answers = 0;
  };

  void add_silence() { add({}); }
  void add_answer(Address from, std::optional<Duration> rtt);

  [[nodiscard]] HopFigures window() const;
  /// Since the start; median and p95 are at most 5 % too high.
  [[nodiscard]] HopFigures total() const;

  /// All times that are known, since the start.
  struct Times {
    std::uint64_t count = 0;
    Duration sum{};
  };
  [[nodiscard]] Times times() const { return {.count = times_.count(), .sum = time_sum_}; }

  /// Of the last `count` probes, or of as many as there are.
  struct Counts {
    int asked = 0;
    int answered = 0;
  };
  [[nodiscard]] Counts last(std::size_t count) const;

  /// The last outcomes, oldest first.
  [[nodiscard]] std::vector<Outcome> outcomes() const;
  /// By first answer.
  [[nodiscard]] const std::vector<Share>& addresses() const { return addresses_; }
  [[nodiscard]] std::uint64_t other_addresses() const { return others_; }  ///< answers of others
  [[nodiscard]] std::optional<Address> last_address() const { return last_address_; }

 private:
  void add(const Outcome& outcome);
  [[nodiscard]] std::size_t count() const { return ring_.size(); }
  /// The last outcomes, oldest first.
  [[nodiscard]] Outcome outcome(std::size_t place) const;

  // Nanoseconds, or one of those below. From `oldest_` on, then from the first.
  std::vector<Duration::rep> ring_;
  std::size_t oldest_ = 0;
  static constexpr Duration::rep silence = -1;
  static constexpr Duration::rep unknown_time = -2;  ///< answered
  std::vector<Share> addresses_;
  std::uint64_t others_ = 0;
  std::optional<Address> last_address_;
  // Since the start:
  std::uint64_t asked_ = 0;
  std::uint64_t answered_ = 0;
  std::uint64_t differences_ = 0;  ///< how many are in the sum
  Duration difference_sum_{};
  std::optional<Duration> last_;
  std::optional<Duration> least_;
  std::optional<Duration> most_;
  Duration time_sum_{};
  RttHistogram times_;
};

}  // namespace tracetcp
