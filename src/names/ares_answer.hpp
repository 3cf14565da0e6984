#pragma once

#include <tracetcp/address.hpp>

#include <ares.h>

#include <optional>
#include <string>
#include <vector>

namespace tracetcp {

/// The addresses in an answer of c-ares, each once. It is freed.
std::vector<Address> take_addresses(ares_addrinfo* answer);

/// Why a host has no address: what follows from a status of c-ares.
std::string why_unresolved(const std::string& host, std::optional<Family> family, int status);

}  // namespace tracetcp
