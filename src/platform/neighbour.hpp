#pragma once

#include <tracetcp/live.hpp>

#include <memory>
#include <optional>

namespace tracetcp {

/// The MAC address of a neighbour as the kernel's table has it (RTM_GETNEIGH of rtnetlink(7));
/// empty: it has none that it may still use, or it can't be asked.
std::optional<Mac> find_neighbour(const Address& neighbour, unsigned interface_index);

/// Watches whether a neighbour answers ARP or neighbour solicitations. What it needs is opened at
/// once, so that it works when no socket can be opened any more.
class NeighbourWatch {
 public:
  NeighbourWatch(const Address& neighbour, unsigned interface_index);
  ~NeighbourWatch();
  NeighbourWatch(const NeighbourWatch&) = delete;
  NeighbourWatch& operator=(const NeighbourWatch&) = delete;

  /// Whether the kernel has asked for it, and has no answer to this moment.
  [[nodiscard]] bool is_silent();

 private:
  struct State;
  std::unique_ptr<State> state_;
};

/// The same as find_neighbour() for an IPv6 neighbour that the kernel may have to solicit first: an
/// empty UDP datagram to its discard port makes it do so. Waits at most as long as the kernel
/// tries, 3 s (RFC 4861, section 10: three solicitations, a second apart).
std::optional<Mac> solicit_neighbour(const Address& neighbour, unsigned interface_index);

}  // namespace tracetcp
