#pragma once

#include <cstdint>
#include <optional>
#include <string>

namespace tracetcp {

/// The TCP port of a service by the system's table of them (services(5)); empty: it has no such
/// name.
std::optional<std::uint16_t> tcp_service(const std::string& name);

}  // namespace tracetcp
