#include "link/live/capture.hpp"

#include <fmt/core.h>
#include <windows.h>

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
// waits on both, until its timeout or pcap_breakloop(), after which Wine's returns what it had by
// then.
void Capture::run() {
  auto* self = reinterpret_cast<std::uint8_t*>(this);
  const auto stopped = reinterpret_cast<HANDLE>(stop_.event());
  while (WaitForSingleObject(stopped, 0) != WAIT_OBJECT_0) {
    constexpr int all_there_are = 1000;  // Wine 8 takes none for -1
    const int result = pcap_dispatch(pcap_.get(), all_there_are, on_packet, self);
    if (result >= 0) continue;
    if (result == PCAP_ERROR_BREAK) return;
    queue_.fail(fmt::format("capture on {} ended: {}; what came since is not known", interface_,
                            pcap_geterr(pcap_.get())));
    return;
  }
}

}  // namespace tracetcp
