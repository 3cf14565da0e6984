#pragma once

#include <tracetcp/address.hpp>
#include <tracetcp/link.hpp>

#include <array>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace tracetcp {

class Waker;

/// A 48-bit Ethernet address.
using Mac = std::array<std::uint8_t, 6>;

/// What a live link needs to know before it opens anything.
struct LiveConfig {
  std::string interface;   ///< the SYNs leave by it
  std::string capture_on;  ///< `interface`, or "any" for all
  Port first_port;         ///< our source ports are first_port ... first_port + ports - 1
  std::uint16_t ports = 1;
  bool bulk = false;  ///< many packets, whose frames may come in batches, some ms late
  Address source;     ///< our SYNs bear it
  /// Others of this machine that SYNs may bear, of either family: each leaves by a raw IP socket of
  /// its own, and answers to all of them are captured.
  std::vector<Address> more_sources;
  bool bind_to_interface = false;  ///< send by that interface even where the routes say another
  /// Index of the interface that a raw socket is to ask for a route by; 0: by any. Unlike binding
  /// it leaves the kernel free to send by another where its NAT or its marks say so (OUTPUT).
  unsigned route_by = 0;
  /// The same for each flow, by its source and target port; empty: all take one way.
  std::function<unsigned(Port source, Port target)> route_of_flow_by;
  /// Bytes that the kernel keeps for the capture; a packet takes some 400. It hands over 4 MiB only
  /// after 15 ms, and takes as long to have them back.
  int capture_buffer = 4 << 20;
  std::optional<Mac> next_hop;  ///< send Ethernet frames there
  bool inject = false;          ///< hand IP packets to the interface, which has no link header
  // Neither of these two: send by a raw IP socket.
};

/// A link to the real network in two steps, so that privileges can be dropped between them.
class LiveHandles {
 public:
  virtual ~LiveHandles() = default;

  /// Starts the capture thread. Needs no privileges. `waker` ends a wait early. Once only.
  virtual std::unique_ptr<Link> start(const Waker& waker) = 0;
};

/// Opens the capture and the raw socket. Reads nothing from the network. Throws Error that says
/// what is missing where the privileges do not suffice.
std::unique_ptr<LiveHandles> open_live(const LiveConfig& config);

}  // namespace tracetcp
