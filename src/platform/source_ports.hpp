#pragma once

#include <tracetcp/address.hpp>

#include <cstdint>
#include <optional>
#include <vector>

namespace tracetcp {

/// Whether sockets of ours may be bound to the ports too (SO_REUSEADDR).
enum class PortSharing : std::uint8_t { exclusive, with_our_sockets };

/// Keeps TCP source ports to ourselves as long as it lives, so that no other program's traffic
/// mixes with ours. The kernel still answers a SYN-ACK to them with a RST, since no socket is
/// connecting.
class SourcePorts {
 public:
  /// Reserves `count` ports in a row: from `first` on, or wherever there is room. Throws Error
  /// where the wanted ones are in use or the address is not ours. `zone`: see SocketName.
  SourcePorts(const Address& source, unsigned zone, std::optional<Port> first, std::uint16_t count,
              PortSharing sharing = PortSharing::exclusive);
  ~SourcePorts();
  SourcePorts(const SourcePorts&) = delete;
  SourcePorts& operator=(const SourcePorts&) = delete;

  [[nodiscard]] Port first() const { return first_; }

 private:
  /// One that the system chooses, which nothing holds any more; empty: it was in use.
  [[nodiscard]] std::optional<Port> find_free(const Address& source) const;
  bool reserve(const Address& source, Port first, std::uint16_t count);
  void release();

  unsigned zone_;
  PortSharing sharing_;
  std::vector<int> sockets_;
  Port first_;
};

}  // namespace tracetcp
