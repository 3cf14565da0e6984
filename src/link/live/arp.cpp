#include "link/live/arp.hpp"

#include "decode/view.hpp"
#include "platform/pcap_library.hpp"

#include <tracetcp/error.hpp>

#include <fmt/core.h>
#include <libnet.h>
#include <pcap/pcap.h>
#include <poll.h>

#include <algorithm>
#include <array>
#include <optional>

namespace tracetcp {
namespace {

constexpr std::array<std::uint8_t, 6> everybody{0xff, 0xff, 0xff, 0xff, 0xff, 0xff};
constexpr std::array<std::uint8_t, 6> unknown_mac{};

std::array<std::uint8_t, 4> network_order(Address address) {
  const std::uint32_t value = address.ipv4();
  const auto part = [&](unsigned shift) { return static_cast<std::uint8_t>(value >> shift); };
  return {part(24), part(16), part(8), part(0)};
}

/// The sender's MAC of an answer, from its Ethernet header on.
void read_answer(std::uint8_t* out, const pcap_pkthdr* header, const std::uint8_t* bytes) {
  constexpr std::size_t sender_mac = 14 + 8;
  const decoding::View frame(Bytes(bytes, header->caplen));
  const decoding::View mac = frame.after(sender_mac).first(6);
  if (mac.size() < 6) return;
  auto& answer = *reinterpret_cast<std::optional<Mac>*>(out);
  answer.emplace();
  for (std::size_t i = 0; i < answer->size(); ++i) (*answer)[i] = mac.u8(i);
}

}  // namespace

struct Arp::Handles {
  std::string interface;
  Address own;
  Mac own_mac{};
  std::unique_ptr<libnet_t, decltype(&libnet_destroy)> net{nullptr, libnet_destroy};
  std::unique_ptr<pcap_t, decltype(&pcap_close)> pcap{nullptr, pcap_close};

  void open_net();
  void open_pcap();
  void listen_for(Address neighbour) const;
  void send_request(Address neighbour) const;
};

Arp::Arp(const std::string& interface, Address own) : handles_(std::make_unique<Handles>()) {
  handles_->interface = interface;
  handles_->own = own;
  handles_->open_net();
  handles_->open_pcap();
}

Arp::~Arp() = default;

void Arp::Handles::open_net() {
  std::array<char, LIBNET_ERRBUF_SIZE> message{};
  net.reset(libnet_init(LIBNET_LINK, interface.c_str(), message.data()));
  if (net == nullptr) {
    std::string reason = message.data();
    reason.erase(reason.find_last_not_of('\n') + 1);
    throw Error(fmt::format("no link-layer socket: {}; {}", reason, privilege_remedy));
  }
  const libnet_ether_addr* mac = libnet_get_hwaddr(net.get());
  if (mac == nullptr) throw Error(interface + " has no Ethernet address");
  std::copy_n(std::begin(mac->ether_addr_octet), own_mac.size(), own_mac.begin());
}

void Arp::Handles::open_pcap() {
  std::array<char, PCAP_ERRBUF_SIZE> message{};
  pcap.reset(pcap_create(interface.c_str(), message.data()));
  constexpr int longest = 64;              // bytes
  constexpr int smallest_ring = 64 << 10;  // bytes; a large one takes milliseconds to get
  if (pcap == nullptr || pcap_set_snaplen(pcap.get(), longest) != 0 ||
      pcap_set_buffer_size(pcap.get(), smallest_ring) != 0 ||
      pcap_set_immediate_mode(pcap.get(), 1) != 0 || pcap_activate(pcap.get()) < 0 ||
      pcap_setnonblock(pcap.get(), 1, message.data()) != 0) {
    throw Error(fmt::format("cannot listen for ARP on {}; {}", interface, privilege_remedy));
  }
}

void Arp::Handles::listen_for(Address neighbour) const {
  bpf_program program{};
  const std::string filter = "arp[6:2] = 2 and arp src host " + neighbour.text();
  if (pcap_compile(pcap.get(), &program, filter.c_str(), 1, PCAP_NETMASK_UNKNOWN) != 0) {
    throw Error("cannot listen for ARP: " + std::string(pcap_geterr(pcap.get())));
  }
  const int result = pcap_setfilter(pcap.get(), &program);
  pcap_freecode(&program);
  if (result != 0) throw Error("cannot listen for ARP: " + std::string(pcap_geterr(pcap.get())));
}

void Arp::Handles::send_request(Address neighbour) const {
  const auto asker = network_order(own);
  const auto asked = network_order(neighbour);
  libnet_clear_packet(net.get());
  const bool sent = libnet_build_arp(ARPHRD_ETHER, ETHERTYPE_IP, 6, 4, ARPOP_REQUEST,
                                     own_mac.data(), asker.data(), unknown_mac.data(), asked.data(),
                                     nullptr, 0, net.get(), 0) != -1 &&
                    libnet_build_ethernet(everybody.data(), own_mac.data(), ETHERTYPE_ARP, nullptr,
                                          0, net.get(), 0) != -1 &&
                    libnet_write(net.get()) != -1;
  if (!sent) throw Error("cannot ask by ARP: " + std::string(libnet_geterror(net.get())));
}

Mac Arp::ask(Address neighbour) {
  constexpr int tries = 3;
  constexpr int patience = 1000;  // ms
  handles_->listen_for(neighbour);
  std::optional<Mac> answer;
  for (int i = 0; i < tries && !answer; ++i) {
    handles_->send_request(neighbour);
    pollfd entry{
        .fd = pcap_get_selectable_fd(handles_->pcap.get()), .events = POLLIN, .revents = 0};
    if (poll(&entry, 1, patience) < 0) break;
    pcap_dispatch(handles_->pcap.get(), -1, read_answer, reinterpret_cast<std::uint8_t*>(&answer));
  }
  if (answer) return *answer;
  throw Error(fmt::format("{} does not answer ARP on {}; `ip neighbour` shows who does",
                          neighbour.text(), handles_->interface));
}

}  // namespace tracetcp
