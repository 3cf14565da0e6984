#pragma once

#include <tracetcp/frame.hpp>

#include <string>

namespace tracetcp {

/// "USB_LINUX_MMAPPED (220, USB with padded Linux header)", as tcpdump knows it, or the number.
std::string name_of_link_type(LinkType type);

}  // namespace tracetcp
