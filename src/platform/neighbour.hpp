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

}  // namespace tracetcp
