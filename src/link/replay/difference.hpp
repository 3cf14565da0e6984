#pragma once

#include <tracetcp/frame.hpp>

#include <string>

namespace tracetcp {

/// How two SYNs differ, field by field: "TTL 5, recorded 4; TSval 77, recorded 76". What no field
/// tells is told by the first byte that differs. Empty: they are the same. Both from the IP header
/// on.
std::string difference(Bytes sent, Bytes recorded);

}  // namespace tracetcp
