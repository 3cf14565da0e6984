#pragma once

#include "platform/route_message.hpp"

#include <tracetcp/address.hpp>

#include <cstdint>
#include <memory>
#include <unordered_map>

namespace tracetcp {

class Netlink;

/// By which interface the kernel sends each flow to one target, where that depends on its ports.
/// It asks once for each flow, and needs no privileges for it.
class FlowRoutes {
 public:
  /// `usual` has the target and the source; its interface is taken where the kernel knows no way
  /// for a flow.
  explicit FlowRoutes(const RouteQuestion& usual);
  ~FlowRoutes();
  FlowRoutes(const FlowRoutes&) = delete;
  FlowRoutes& operator=(const FlowRoutes&) = delete;

  unsigned interface_of(Port source, Port target);

 private:
  RouteQuestion usual_;
  std::unique_ptr<Netlink> netlink_;
  std::unordered_map<std::uint32_t, unsigned> known_;  // by both ports
};

}  // namespace tracetcp
