#include "link/live/neighbour_socket.hpp"

#include "platform/pcap_library.hpp"
#include "platform/real_time.hpp"
#include "platform/waker.hpp"
#include "platform/windows/adapters.hpp"

#include <tracetcp/error.hpp>

#include <fmt/core.h>

#include <array>
#include <utility>

namespace tracetcp {
namespace {

/// What pcap_dispatch() hands on.
struct MacAnswer {
  NeighbourSocket::Read read;
  std::optional<Mac> mac;
};

void take_answer(std::uint8_t* out, const pcap_pkthdr* header, const std::uint8_t* bytes) {
  auto& answer = *reinterpret_cast<MacAnswer*>(out);
  if (!answer.mac) answer.mac = answer.read(Bytes(bytes, header->caplen));
}

}  // namespace

NeighbourSocket::NeighbourSocket(std::string interface, std::string protocol)
    : interface_(std::move(interface)), protocol_(std::move(protocol)) {
  open_net();
  open_pcap();
}

void NeighbourSocket::open_net() {
  const auto mac = windows::adapter_named(interface_).mac;
  if (!mac) throw Error(interface_ + " has no Ethernet address");
  own_mac_ = *mac;
  std::array<char, LIBNET_ERRBUF_SIZE> message{};
  net_.reset(libnet_init(LIBNET_NONE, nullptr, message.data()));
  if (net_ == nullptr) throw Error(std::string("cannot set up libnet: ") + message.data());
}

void NeighbourSocket::open_pcap() {
  std::array<char, PCAP_ERRBUF_SIZE> message{};
  pcap_.reset(pcap_create(pcap_device(interface_).c_str(), message.data()));
  constexpr int longest = 256;             // bytes, more than any answer needs
  constexpr int smallest_ring = 64 << 10;  // bytes
  if (pcap_ == nullptr || pcap_set_snaplen(pcap_.get(), longest) != 0 ||
      pcap_set_buffer_size(pcap_.get(), smallest_ring) != 0 ||
      pcap_set_timeout(pcap_.get(), 1) != 0 || pcap_set_immediate_mode(pcap_.get(), 1) != 0 ||
      pcap_activate(pcap_.get()) < 0 || pcap_setnonblock(pcap_.get(), 1, message.data()) != 0) {
    throw Error(
        fmt::format("cannot listen for {} on {}; {}", protocol_, interface_, privilege_remedy));
  }
}

void NeighbourSocket::listen_for(const std::string& filter) const {
  bpf_program program{};
  const bool is_set =
      pcap_compile(pcap_.get(), &program, filter.c_str(), 1, PCAP_NETMASK_UNKNOWN) == 0 &&
      pcap_setfilter(pcap_.get(), &program) == 0;
  pcap_freecode(&program);
  if (is_set) return;
  throw Error(fmt::format("cannot listen for {}: {}", protocol_, pcap_geterr(pcap_.get())));
}

std::optional<Mac> NeighbourSocket::ask(const std::string& filter,
                                        const std::function<bool(libnet_t*)>& build, Read read) {
  using namespace std::chrono_literals;
  constexpr int tries = 3;
  constexpr Duration patience = 1s;
  constexpr int all_there_are = 1000;       // Wine 8 takes none for -1
  constexpr Duration between_looks = 10ms;  // no event says when there is an answer (Wine 8)
  listen_for(filter);
  const SteadyRealTime clock;
  const Waker unused;
  MacAnswer answer{.read = read, .mac = {}};
  for (int i = 0; i < tries && !answer.mac; ++i) {
    libnet_clear_packet(net_.get());
    std::uint8_t* frame = nullptr;
    std::uint32_t size = 0;
    if (!build(net_.get()) || libnet_pblock_coalesce(net_.get(), &frame, &size) == -1) {
      throw Error(fmt::format("cannot ask by {}: {}", protocol_, libnet_geterror(net_.get())));
    }
    const int sent = pcap_sendpacket(pcap_.get(), frame, static_cast<int>(size));
    libnet_adv_free_packet(net_.get(), frame);
    if (sent != 0) {
      throw Error(fmt::format("cannot ask by {}: {}", protocol_, pcap_geterr(pcap_.get())));
    }
    const TimePoint until = clock.now() + patience;
    while (!answer.mac && clock.now() < until) {
      pcap_dispatch(pcap_.get(), all_there_are, take_answer,
                    reinterpret_cast<std::uint8_t*>(&answer));
      if (!answer.mac) wait_notified(unused, clock.now() + between_looks, clock);
    }
  }
  return answer.mac;
}

}  // namespace tracetcp
