#include "platform/pcap_library.hpp"

#include "platform/windows/adapters.hpp"
#include "platform/windows/wpcap.hpp"

#include <tracetcp/error.hpp>

#include <pcap/pcap.h>

namespace tracetcp {

std::string pcap_library() {
  const std::string missing = windows::load_wpcap();
  return missing.empty() ? pcap_lib_version() : missing;
}

std::string pcap_device(const std::string& interface) {
  const std::string missing = windows::load_wpcap();
  if (!missing.empty()) throw Error("no packets can be captured or sent: " + missing);
  return windows::device_of(windows::adapter_named(interface));
}

const char* const privilege_remedy =
    "run as administrator, as Npcap was installed for administrators alone (--sim needs no "
    "privileges)";

std::optional<LinkTypeWords> link_type_words(int number) {
  const char* name = pcap_datalink_val_to_name(number);
  const char* description = pcap_datalink_val_to_description(number);
  if (name == nullptr) return std::nullopt;
  return LinkTypeWords{.name = name, .description = description == nullptr ? "" : description};
}

}  // namespace tracetcp
