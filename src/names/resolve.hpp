#pragma once

#include <tracetcp/address.hpp>

#include <chrono>
#include <optional>
#include <string>
#include <vector>

namespace tracetcp {

/// resolve_host() with the servers and the patience of the caller's choice; `servers` as for
/// dns_names().
std::vector<Address> resolve_host(const std::string& host, std::optional<Family> family,
                                  const std::string& servers, std::chrono::milliseconds limit);

}  // namespace tracetcp
