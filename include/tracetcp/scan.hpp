#pragma once

#include <tracetcp/departure.hpp>
#include <tracetcp/engine.hpp>
#include <tracetcp/link.hpp>
#include <tracetcp/reason.hpp>
#include <tracetcp/strategy.hpp>

#include <array>
#include <cstdint>
#include <functional>
#include <optional>

namespace tracetcp {

/// Where the SYNs of a scan come from, and what its tags are made of.
struct ScanOrigin {
  Address source;
  Port first_port;  ///< of scan_source_ports in a row
  std::uint64_t seed = 0;
};

/// Source ports that a scan uses: one for each time that a port is asked, so that an answer names
/// the SYN that it answers, and some for the controls.
inline constexpr std::uint16_t scan_source_ports = 22;

/// How far a scan is.
struct ScanProgress {
  std::uint32_t ports = 0;                            ///< to be scanned
  std::uint32_t settled = 0;                          ///< of them are certain
  std::array<std::uint32_t, state_count> in_state{};  ///< ports handed over, by State
  std::uint64_t syns_sent = 0;                        ///< controls too
  std::uint64_t lost = 0;                             ///< answers proved to be missing
  double rate = 0;                                    ///< SYNs per second, at most, at this moment
  TimePoint started;
  TimePoint now;
  Duration left{};                         ///< an estimate
  std::optional<Translation> translation;  ///< what the NAT of this machine made of the last SYN

  [[nodiscard]] std::uint32_t of(State state) const {
    return in_state.at(static_cast<std::size_t>(state));
  }
};

/// What accompanies a scan.
struct ScanHooks {
  std::function<bool()> interrupted;
  /// Called at every step.
  std::function<void(const ScanProgress&)> progress;
  /// What was captured and changed nothing is counted here.
  Tally& ignored;
  /// Asked where no SYN to a port was seen leaving.
  WhyUnsent why_unsent{};
  Meanwhile* meanwhile = nullptr;  ///< see run()
};

/// Asks every port of the job with one TTL, strategy.first_ttl, that is sure to reach the target.
///
/// The rate adapts: it grows as long as the target's answers come, and is halved when answers of
/// ports that are known to answer thin out; see ScanRate. Some ports that answered are asked again
/// and again for that, as controls. A port that stays silent is asked strategy.probes_per_hop
/// times, twice at least, with a pause, and more often where answers were lost.
///
/// The observer gets one trace per port in the order of the ports, each as soon as it and all
/// before it are certain: begun(), settled(), finished(). When it is interrupted, or the link
/// fails, it gets those that were answered. Throws Error from the link.
void scan(Link& link, const ScanOrigin& origin, const Strategy& strategy, const Job& job,
          Observer& observer, const ScanHooks& hooks);

}  // namespace tracetcp
