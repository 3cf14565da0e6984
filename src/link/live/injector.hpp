#pragma once

#include "link/live/sender.hpp"

#include <memory>
#include <string>

namespace tracetcp {

/// Hands IP packets to an interface without a link header, such as a tun, by libpcap: libnet 1.1.6
/// does not know such interfaces. Throws Error.
std::unique_ptr<Sender> make_injector(const std::string& interface);

}  // namespace tracetcp
