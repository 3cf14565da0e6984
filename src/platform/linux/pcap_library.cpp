#include "platform/pcap_library.hpp"

#include <pcap/pcap.h>

namespace tracetcp {

std::string pcap_library() {
  return pcap_lib_version();
}

std::string pcap_device(const std::string& interface) {
  return interface;
}

const char* const privilege_remedy =
    "run as root, or once as root: setcap cap_net_raw+ep on the program (--sim needs no "
    "privileges)";

std::optional<LinkTypeWords> link_type_words(int number) {
  const char* name = pcap_datalink_val_to_name(number);
  const char* description = pcap_datalink_val_to_description(number);
  if (name == nullptr) return std::nullopt;
  return LinkTypeWords{.name = name, .description = description == nullptr ? "" : description};
}

}  // namespace tracetcp
