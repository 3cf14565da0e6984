#include "link/live/capture.hpp"

#include <fmt/core.h>

namespace tracetcp {

// What Npcap injects passes no NAT of this machine, so our SYNs keep their ports.
const bool Capture::filters_again = false;

bool Capture::is_on_our_ports(const pcap_pkthdr* /*header*/, const std::uint8_t* /*bytes*/) const {
  return true;
}

Capture::~Capture() {
  if (!thread_.joinable()) return;
  stop_.notify();
  pcap_breakloop(pcap_.get());
  thread_.join();
}

void Capture::start() {
  thread_ = std::thread([this] { run(); });
}

// Npcap has an event that says when there is something, Wine 8 has none: pcap_dispatch() itself
// waits on both, until its timeout or pcap_breakloop().
void Capture::run() {
  auto* self = reinterpret_cast<std::uint8_t*>(this);
  for (;;) {
    const int result = pcap_dispatch(pcap_.get(), -1, on_packet, self);
    if (result >= 0) continue;
    if (result == PCAP_ERROR_BREAK) return;
    queue_.fail(fmt::format("capture on {} ended: {}; what came since is not known", interface_,
                            pcap_geterr(pcap_.get())));
    return;
  }
}

}  // namespace tracetcp
