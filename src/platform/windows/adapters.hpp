#pragma once

#include <tracetcp/address.hpp>
#include <tracetcp/live.hpp>

#include <optional>
#include <string>
#include <vector>

namespace tracetcp::windows {

/// A network adapter.
struct Adapter {
  unsigned index = 0;       ///< of IPv4 and IPv6
  std::string guid;         ///< "{0000...}"
  std::string name;         ///< what Windows' settings call it, such as "Ethernet 2"
  std::string description;  ///< its driver's
  unsigned type = 0;        ///< IF_TYPE_... of ipifcons.h
  bool is_up = false;
  std::optional<Mac> mac;
  std::vector<Address> addresses;
};

/// Throws Error.
std::vector<Adapter> adapters();

/// That of an index; empty: there is none.
std::optional<Adapter> adapter_of(unsigned index);

/// The one that a user means by its name, index, GUID, description or what Npcap calls it. Throws
/// Error that lists the names where there is none.
Adapter adapter_named(const std::string& name);

/// What Npcap calls it.
std::string device_of(const Adapter& adapter);

}  // namespace tracetcp::windows
