#include "link/live/sender.hpp"

#include "link/live/windows/frame_device.hpp"

#include <tracetcp/error.hpp>

#include <fmt/core.h>

#include <algorithm>
#include <array>
#include <vector>

namespace tracetcp {
namespace {

/// Ethernet frames, or IP packets where the adapter's frames are just these (VPN).
class FrameSender final : public Sender {
 public:
  explicit FrameSender(const LiveConfig& config) : device_(config.interface) {
    if (!config.next_hop) {
      if (device_.has_no_link_header()) return;
      throw Error(config.interface + " takes frames of a kind that we can't build");
    }
    constexpr std::array<std::uint8_t, 2> ipv4_type{0x08, 0x00};
    constexpr std::array<std::uint8_t, 2> ipv6_type{0x86, 0xdd};  // RFC 2464, section 3
    const Mac& own = device_.mac();
    const auto& type = config.source.family() == Family::ipv4 ? ipv4_type : ipv6_type;
    header_.assign(config.next_hop->begin(), config.next_hop->end());
    header_.insert(header_.end(), own.begin(), own.end());
    header_.insert(header_.end(), type.begin(), type.end());
  }

  SendResult send(std::span<const Bytes> packets) override {
    for (const Bytes packet : packets) {
      frame_.assign(header_.begin(), header_.end());
      frame_.insert(frame_.end(), packet.begin(), packet.end());
      device_.send(frame_);
    }
    return {.count = packets.size(), .code = 0};
  }

 private:
  windows::FrameDevice device_;
  std::vector<std::uint8_t> header_;
  std::vector<std::uint8_t> frame_;
};

}  // namespace

std::unique_ptr<Sender> make_sender(const LiveConfig& config) {
  if (!config.next_hop && !config.inject) {
    throw Error("Windows sends no TCP by raw sockets; use --method link");
  }
  return std::make_unique<FrameSender>(config);
}

}  // namespace tracetcp
