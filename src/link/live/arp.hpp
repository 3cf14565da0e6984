#pragma once

#include <tracetcp/live.hpp>

#include <memory>
#include <string>

namespace tracetcp {

/// Asks for MAC addresses on an Ethernet interface (RFC 826). Opening needs privileges, asking
/// doesn't.
class Arp {
 public:
  /// `own` is the address of this machine that stands in the question. Throws Error.
  Arp(const std::string& interface, Address own);
  ~Arp();
  Arp(const Arp&) = delete;
  Arp& operator=(const Arp&) = delete;

  /// Asks three times, and waits a second each time. Throws Error where no answer comes.
  Mac ask(Address neighbour);

 private:
  struct Handles;
  std::unique_ptr<Handles> handles_;
};

}  // namespace tracetcp
