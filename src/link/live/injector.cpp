#include "link/live/injector.hpp"

#include "platform/pcap_library.hpp"

#include <tracetcp/error.hpp>

#include <fmt/core.h>
#include <pcap/pcap.h>

#include <array>

namespace tracetcp {
namespace {

using PcapOut = std::unique_ptr<pcap_t, decltype(&pcap_close)>;

PcapOut open_for_sending(const std::string& interface) {
  std::array<char, PCAP_ERRBUF_SIZE> message{};
  PcapOut pcap(pcap_create(interface.c_str(), message.data()), pcap_close);
  if (pcap == nullptr) throw Error("cannot send frames: " + std::string(message.data()));
  constexpr int least = 64;                // bytes; nothing is to be captured by this handle
  constexpr int smallest_ring = 64 << 10;  // bytes; a large one takes milliseconds to get
  pcap_set_snaplen(pcap.get(), least);
  pcap_set_buffer_size(pcap.get(), smallest_ring);
  const int result = pcap_activate(pcap.get());
  if (result == PCAP_ERROR_PERM_DENIED) {
    throw Error(fmt::format("no permission to send frames on {}; {}", interface, privilege_remedy));
  }
  if (result < 0) {
    throw Error(fmt::format("cannot send frames on {}: {}", interface, pcap_geterr(pcap.get())));
  }
  if (pcap_datalink(pcap.get()) != DLT_RAW) {
    throw Error(
        fmt::format("{} takes frames of a kind that we can't build; use --method raw", interface));
  }
  return pcap;
}

class Injector final : public Sender {
 public:
  explicit Injector(const std::string& interface) : pcap_(open_for_sending(interface)) {}

  SendResult send(std::span<const Bytes> packets) override {
    return send_each(packets, 0, [&](Bytes packet) {
      return pcap_inject(pcap_.get(), packet.data(), packet.size());
    });
  }

 private:
  PcapOut pcap_;
};

}  // namespace

std::unique_ptr<Sender> make_injector(const std::string& interface) {
  return std::make_unique<Injector>(interface);
}

}  // namespace tracetcp
