#pragma once

#include <tracetcp/address.hpp>

#include <optional>
#include <string>
#include <vector>

namespace tracetcp::windows {

/// What the system's resolver says of a host name.
struct HostAnswer {
  std::vector<Address> addresses;  ///< each once, in the order of RFC 6724
  bool exists = true;              ///< false: there is no such name
  std::string failure;             ///< why it is not known; empty: it is
};

/// These wait for the answer, for some 10 s where there is none.
HostAnswer addresses_of_host(const std::string& host, std::optional<Family> family);
/// Empty: it has none, or that is not known.
std::string name_of_address(const Address& address);

}  // namespace tracetcp::windows
