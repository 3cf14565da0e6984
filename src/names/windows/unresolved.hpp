#pragma once

#include "platform/windows/resolver.hpp"

namespace tracetcp {

/// Why a host has no address: what follows from an answer without one.
std::string why_unresolved(const std::string& host, std::optional<Family> family,
                           const windows::HostAnswer& answer);

}  // namespace tracetcp
