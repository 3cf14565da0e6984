#pragma once

#include <tracetcp/live.hpp>

#include <memory>
#include <string>

namespace tracetcp {

class NeighbourSocket;

/// Asks for MAC addresses on an Ethernet interface (RFC 826). Opening needs privileges, asking
/// doesn't.
class Arp {
 public:
  /// `own` is the address of this machine that stands in the question. Throws Error.
  Arp(const std::string& interface, Address own);
  ~Arp();
  Arp(Arp&&) noexcept;
  Arp& operator=(Arp&&) = delete;

  /// Asks three times, and waits a second each time. Throws Error where no answer comes.
  Mac ask(Address neighbour);

 private:
  std::unique_ptr<NeighbourSocket> socket_;
  Address own_;
};

}  // namespace tracetcp
