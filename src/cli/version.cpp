// A file of its own: libnet's header brings in much, and only its version is wanted here.
#include "cli/help.hpp"
#include "platform/pcap_library.hpp"

#include <fmt/core.h>
#include <libnet.h>

namespace tracetcp::cli {

std::string version_text() {
  return fmt::format("tracetcp {}\n{}\n{}\n", TRACETCP_VERSION, pcap_library(), libnet_version());
}

}  // namespace tracetcp::cli
