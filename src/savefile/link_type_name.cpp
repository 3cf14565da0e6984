#include "savefile/link_type_name.hpp"

#include "platform/pcap_library.hpp"

#include <fmt/core.h>

namespace tracetcp {

std::string name_of_link_type(LinkType type) {
  const auto number = static_cast<int>(type);
  const auto words = link_type_words(number);
  if (!words) return std::to_string(number);
  return fmt::format("{} ({}, {})", words->name, number, words->description);
}

}  // namespace tracetcp
