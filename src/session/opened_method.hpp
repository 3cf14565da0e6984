#pragma once

#include "platform/route.hpp"
#include "session/opened_session.hpp"

#include <tracetcp/live.hpp>
#include <tracetcp/session.hpp>

#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace tracetcp {

/// A method that works here, with all that it needs privileges for opened.
struct OpenedMethod {
  Method method = Method::raw;
  std::unique_ptr<LiveHandles> handles;  ///< null for Method::connect, which needs none
  PortBlock ports;                       ///< first 0: the kernel chooses
  std::shared_ptr<void> held;            ///< keeps the ports to ourselves
  Route route;                           ///< of the first flow
  bool bind_sockets = false;             ///< sockets are bound to the route's interface
  std::vector<std::string> limits;       ///< what the route makes of it, one clause each
  WhyUnsent why_unsent;                  ///< asks this machine about the next hop
};

/// The same by sockets, where crafted SYNs are not seen leaving: an application's
/// go where the NAT of this machine sends them. Empty: the options ask for what sockets can't do.
std::optional<OpenedMethod> method_by_sockets(const SessionOptions& options,
                                              const OpenedMethod& packets);

/// Whether sockets could take the place of packets of that method.
bool may_use_sockets(const SessionOptions& options, Method packets);

/// What reports say where they did so.
std::string why_by_sockets(Method packets);

/// The route to the first of the target's addresses, or to the gateway that the options name,
/// before there is a source port. Throws Error, which says so where this machine lacks the only
/// family that the target has.
Route route_to(const std::vector<Address>& target, const SessionOptions& options);

/// Opens that method for the route. Reads nothing from the network. Throws Error.
OpenedMethod open_method(Method method, const SessionOptions& options, Address target,
                         const Route& route);

/// Opens the method that the options name, or for Method::automatic the first that works of raw,
/// link and connect; `passed_over` gets a line for each that does not. Throws Error where none
/// does.
OpenedMethod open_best_method(const SessionOptions& options, Address target, const Route& route,
                              std::vector<std::string>& passed_over);

/// What reports should say that the method can't know or keep, one clause each.
std::vector<std::string> limits_of(Method method, const SessionOptions& options);

}  // namespace tracetcp
