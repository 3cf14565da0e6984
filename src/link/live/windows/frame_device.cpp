#include "link/live/windows/frame_device.hpp"

#include "platform/pcap_library.hpp"
#include "platform/windows/adapters.hpp"

#include <tracetcp/error.hpp>

#include <fmt/core.h>

#include <array>

namespace tracetcp::windows {
namespace {

using Pcap = std::unique_ptr<pcap_t, decltype(&pcap_close)>;

Pcap open(const std::string& interface) {
  std::array<char, PCAP_ERRBUF_SIZE> message{};
  Pcap pcap(pcap_create(pcap_device(interface).c_str(), message.data()), pcap_close);
  if (pcap == nullptr) throw Error("cannot send frames: " + std::string(message.data()));
  constexpr int longest = 64;              // bytes; ARP is all that is captured by such a handle
  constexpr int smallest_ring = 64 << 10;  // bytes
  pcap_set_snaplen(pcap.get(), longest);
  pcap_set_buffer_size(pcap.get(), smallest_ring);
  pcap_set_timeout(pcap.get(), 1);
  pcap_set_immediate_mode(pcap.get(), 1);
  const int result = pcap_activate(pcap.get());
  if (result == PCAP_ERROR_PERM_DENIED) {
    throw Error(fmt::format("no permission to send frames on {}; {}", interface, privilege_remedy));
  }
  if (result < 0) {
    throw Error(fmt::format("cannot send frames on {}: {}", interface, pcap_geterr(pcap.get())));
  }
  return pcap;
}

}  // namespace

FrameDevice::FrameDevice(const std::string& interface)
    : interface_(interface), mac_(adapter_named(interface).mac), pcap_(open(interface)) {}

bool FrameDevice::has_no_link_header() const {
  return pcap_datalink(pcap_.get()) == DLT_RAW;
}

const Mac& FrameDevice::mac() const {
  if (!mac_) throw Error(interface_ + " has no Ethernet address");
  return *mac_;
}

void FrameDevice::send(Bytes frame) const {
  if (pcap_sendpacket(pcap_.get(), frame.data(), static_cast<int>(frame.size())) == 0) return;
  throw Error(fmt::format("cannot send a frame on {}: {}", interface_, pcap_geterr(pcap_.get())));
}

}  // namespace tracetcp::windows
