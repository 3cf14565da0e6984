#include "savefile/link_type_name.hpp"

#include <fmt/core.h>
#include <pcap/pcap.h>

namespace tracetcp {

std::string name_of_link_type(LinkType type) {
  const auto number = static_cast<int>(type);
  const char* name = pcap_datalink_val_to_name(number);
  const char* description = pcap_datalink_val_to_description(number);
  if (name == nullptr) return std::to_string(number);
  return fmt::format("{} ({}, {})", name, number, description == nullptr ? "" : description);
}

}  // namespace tracetcp
