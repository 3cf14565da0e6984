#pragma once

#include <optional>
#include <string>

namespace tracetcp {

/// Name and version of the library that captures.
std::string pcap_library();

/// What it calls an interface. Throws Error where the library or the interface is not there.
std::string pcap_device(const std::string& interface);

/// What to do where the privileges do not suffice to capture and to send packets.
extern const char* const privilege_remedy;

/// What that library calls a link type.
struct LinkTypeWords {
  std::string name;         ///< "USB_LINUX_MMAPPED"
  std::string description;  ///< "USB with padded Linux header"
};

/// Empty: it has no name for that one.
std::optional<LinkTypeWords> link_type_words(int number);

}  // namespace tracetcp
