#include "link/live/neighbour_socket.hpp"

#include "platform/pcap_library.hpp"

#include <tracetcp/error.hpp>

#include <fmt/core.h>
#include <poll.h>

#include <algorithm>
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
  std::array<char, LIBNET_ERRBUF_SIZE> message{};
  net_.reset(libnet_init(LIBNET_LINK, interface_.c_str(), message.data()));
  if (net_ == nullptr) {
    std::string reason = message.data();
    reason.erase(reason.find_last_not_of('\n') + 1);
    throw Error(fmt::format("no link-layer socket: {}; {}", reason, privilege_remedy));
  }
  const libnet_ether_addr* mac = libnet_get_hwaddr(net_.get());
  if (mac == nullptr) throw Error(interface_ + " has no Ethernet address");
  std::copy_n(std::begin(mac->ether_addr_octet), own_mac_.size(), own_mac_.begin());
}

void NeighbourSocket::open_pcap() {
  std::array<char, PCAP_ERRBUF_SIZE> message{};
  pcap_.reset(pcap_create(interface_.c_str(), message.data()));
  constexpr int longest = 256;             // bytes, more than any answer needs
  constexpr int smallest_ring = 64 << 10;  // bytes; a large one takes milliseconds to get
  if (pcap_ == nullptr || pcap_set_snaplen(pcap_.get(), longest) != 0 ||
      pcap_set_buffer_size(pcap_.get(), smallest_ring) != 0 ||
      pcap_set_immediate_mode(pcap_.get(), 1) != 0 || pcap_activate(pcap_.get()) < 0 ||
      pcap_setnonblock(pcap_.get(), 1, message.data()) != 0) {
    throw Error(
        fmt::format("cannot listen for {} on {}; {}", protocol_, interface_, privilege_remedy));
  }
}

void NeighbourSocket::listen_for(const std::string& filter) const {
  const auto failure = [&] {
    return Error(fmt::format("cannot listen for {}: {}", protocol_, pcap_geterr(pcap_.get())));
  };
  bpf_program program{};
  if (pcap_compile(pcap_.get(), &program, filter.c_str(), 1, PCAP_NETMASK_UNKNOWN) != 0) {
    throw failure();
  }
  const int result = pcap_setfilter(pcap_.get(), &program);
  pcap_freecode(&program);
  if (result != 0) throw failure();
}

std::optional<Mac> NeighbourSocket::ask(const std::string& filter,
                                        const std::function<bool(libnet_t*)>& build, Read read) {
  constexpr int tries = 3;
  constexpr int patience = 1000;  // ms
  listen_for(filter);
  MacAnswer answer{.read = read, .mac = {}};
  for (int i = 0; i < tries && !answer.mac; ++i) {
    libnet_clear_packet(net_.get());
    if (!build(net_.get()) || libnet_write(net_.get()) == -1) {
      throw Error(fmt::format("cannot ask by {}: {}", protocol_, libnet_geterror(net_.get())));
    }
    pollfd entry{.fd = pcap_get_selectable_fd(pcap_.get()), .events = POLLIN, .revents = 0};
    if (poll(&entry, 1, patience) < 0) break;
    pcap_dispatch(pcap_.get(), -1, take_answer, reinterpret_cast<std::uint8_t*>(&answer));
  }
  return answer.mac;
}

}  // namespace tracetcp
