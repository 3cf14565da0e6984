#pragma once

#include <tracetcp/live.hpp>

#include <memory>
#include <string>

namespace tracetcp {

class NeighbourSocket;

/// Asks for MAC addresses of IPv6 neighbours on an Ethernet interface (RFC 4861, section 7.2).
/// Opening needs privileges, asking doesn't.
class Solicitation {
 public:
  /// `own` is the address of this machine that the answer goes to. Throws Error.
  Solicitation(const std::string& interface, Address own);
  ~Solicitation();
  Solicitation(Solicitation&&) noexcept;
  Solicitation& operator=(Solicitation&&) = delete;

  /// Asks three times, and waits a second each time (RFC 4861, section 10). Throws Error where no
  /// answer comes.
  Mac ask(Address neighbour);

 private:
  std::unique_ptr<NeighbourSocket> socket_;
  Address own_;
};

}  // namespace tracetcp
