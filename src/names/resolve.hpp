#pragma once

#include <tracetcp/address.hpp>

#include <ares.h>

#include <chrono>
#include <optional>
#include <string>
#include <vector>

namespace tracetcp {

/// resolve_host() with the servers and the patience of the caller's choice; `servers` as for
/// dns_names().
std::vector<Address> resolve_host(const std::string& host, std::optional<Family> family,
                                  const std::string& servers, std::chrono::milliseconds limit);

/// The addresses in an answer of c-ares, each once. It is freed.
std::vector<Address> take_addresses(ares_addrinfo* answer);

/// Why a host has no address: what follows from a status of c-ares.
std::string why_unresolved(const std::string& host, std::optional<Family> family, int status);

}  // namespace tracetcp
