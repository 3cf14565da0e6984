#pragma once

#include <tracetcp/address.hpp>
#include <tracetcp/departure.hpp>
#include <tracetcp/frame.hpp>

#include <cstdint>
#include <optional>
#include <span>
#include <string>

namespace tracetcp {

/// Counts of a capture. Anything dropped means that a reply may have been missed.
struct LinkStats {
  std::uint64_t captured = 0;        ///< frames that passed the filter
  std::uint64_t kernel_dropped = 0;  ///< by the kernel or the interface, see pcap_stats(3PCAP)
  std::uint64_t queue_dropped = 0;   ///< by our own bounded queue

  bool operator==(const LinkStats&) const = default;
};

/// The only door to the world for packets: a clock, a way out, a way in. A Link is used by one
/// thread at a time.
class Link {
 public:
  virtual ~Link() = default;

  /// This moment, in the time that the stamps of its frames are in.
  virtual TimePoint now() = 0;

  /// Sends packets, each from its IP header on, in this order. Throws Error, but not for those that
  /// this machine's packet filter refuses, see refusal().
  virtual void send(std::span<const Bytes> packets) = 0;

  /// Waits until at least one frame was captured, but not beyond `until`, and may return early
  /// with none. Our own packets come back too, stamped when they left. The frames are in the order
  /// in which the kernel saw them and stay valid until the next call. Throws Error.
  virtual std::span<const Frame> wait(TimePoint until) = 0;

  [[nodiscard]] virtual LinkStats stats() = 0;

  /// Why this machine refused packets that were to be sent; the last. Empty: it refused none.
  [[nodiscard]] virtual std::optional<Refusal> refusal() const { return std::nullopt; }

  /// How many packets it refused so far.
  [[nodiscard]] virtual std::uint64_t refused() const { return 0; }
};

}  // namespace tracetcp
