// A file of its own: libnet's and libpcap's headers bring in much, and only their versions are
// wanted here.
#include "cli/help.hpp"

#include <fmt/core.h>
#include <libnet.h>
#include <pcap/pcap.h>

namespace tracetcp::cli {

std::string version_text() {
  return fmt::format("tracetcp {}\n{}\n{}\n", TRACETCP_VERSION, pcap_lib_version(),
                     libnet_version());
}

}  // namespace tracetcp::cli
