#pragma once

#include <tracetcp/frame.hpp>

#include <string>

namespace tracetcp {

/// How two SYNs differ, field by field: "TTL 5, recorded 4; TSval 77, recorded 76". Where all
/// fields are equal it names the first byte that differs. Empty: the SYNs are equal. Both start at
/// the IP header.
std::string difference(Bytes sent, Bytes recorded);

}  // namespace tracetcp
