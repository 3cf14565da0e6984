#pragma once

#include <tracetcp/number.hpp>
#include <tracetcp/time.hpp>

#include <cstdint>
#include <optional>
#include <string_view>

namespace tracetcp {

/// What the user asked of a trace; the defaults are the program's.
struct Strategy {
  Ttl first_ttl{1};
  int max_hops = 30;  ///< TTLs asked at most, from first_ttl on
  int probes_per_hop = 3;
  Duration timeout = std::chrono::seconds(4);  ///< the longest wait for one reply
  bool anti_flood = true;                      ///< at least 500 ms between probes of a hop
  bool patient = false;                        ///< wait the whole timeout for every reply
  bool one_outstanding = false;                ///< of a trace's SYNs one at a time is under way
  bool own_flows = false;                      ///< each probe leaves from a source port of its own
  bool make_sure = true;                       ///< ask again what resets or rejects a SYN
  bool asks_again = true;                      ///< ask hops more often than that which are silent
  /// Where the path ended lately: larger TTLs are asked only after waiting for its answer.
  std::optional<Ttl> expected_end{};
  /// A later answer to a probe is not received; who waits longer has to ask again.
  std::optional<Duration> probe_lifetime;
  std::optional<double> rate;  ///< SYNs per second at most, over all traces

  /// The highest TTL asked, 255 at most.
  [[nodiscard]] constexpr Ttl last_ttl() const {
    const int last = first_ttl.value + max_hops - 1;
    return Ttl{static_cast<std::uint8_t>(last < 255 ? last : 255)};
  }
};

/// How the probes of one flow are distinguished.
enum class TagMode : std::uint8_t {
  id,    ///< one ISN, own IP id and TSval per probe: looks like retransmissions, one path
  isn,   ///< own ISN per probe: exact where IP ids are rewritten, firewalls may drop it
  port,  ///< own source port per probe: load balancers may mix paths
  flow,  ///< as `id`, own source port per trace: see run_paths()
};

/// The name that the command line uses, e.g. "isn".
std::string_view name(TagMode mode);

}  // namespace tracetcp
