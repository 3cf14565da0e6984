#include "link/live/capture.hpp"

#include "link/live/sender.hpp"
#include "platform/pcap_library.hpp"

#include <tracetcp/error.hpp>

#include <fmt/core.h>

#include <algorithm>
#include <array>

namespace tracetcp {
namespace {

/// Link header, IP header with options, ICMP header, a quote of 128 bytes and its extensions. In
/// immediate mode the kernel reserves this much for each packet, so that more would hold fewer.
constexpr int snap_length = 256;
constexpr int bulk_delay = 2;  // ms

/// pcap-filter(7). ICMP errors are selected by type and by the protocol of the quoted packet (TCP).
/// The correlator finds which of them quote ours, as a NAT may have rewritten the quoted ports.
std::string ipv4_ports_filter(const LiveConfig& config) {
  return fmt::format(
      "(tcp and portrange {0}-{1}) or "
      "(icmp and (icmp[0]=3 or icmp[0]=4 or icmp[0]=5 or icmp[0]=11 or icmp[0]=12) and icmp[17]=6)",
      config.first_port.value, config.first_port.value + config.ports - 1);
}

/// Numbers of extension headers in front of TCP (RFC 8200, section 4), at that place in a packet.
std::string extension_at(int place) {
  return fmt::format("(ip6[{0}]=0 or ip6[{0}]=43 or ip6[{0}]=44 or ip6[{0}]=60)", place);
}

/// The same of IPv6. libpcap looks for TCP and ICMPv6 right behind the IPv6 header; `protochain`,
/// which would follow extension headers, is a loop, which no kernel takes. Packets that have such
/// headers are few: all of them pass, and decoding follows their headers. Of ICMPv6 the errors pass
/// (RFC 4443, section 2.1: types below 128) that quote TCP, or such a header.
std::string ipv6_ports_filter(const LiveConfig& config) {
  constexpr int next_header = 6;  // offset in the IPv6 header
  constexpr int quoted_next_header = 40 + 8 + next_header;
  return fmt::format(
      "(ip6 and tcp and portrange {0}-{1}) or "
      "(ip6 and ip6[{2}]=58 and ip6[40]<128 and (ip6[{3}]=6 or {4})) or (ip6 and {5})",
      config.first_port.value, config.first_port.value + config.ports - 1, next_header,
      quoted_next_header, extension_at(quoted_next_header), extension_at(next_header));
}

bool sends_from(const LiveConfig& config, Family family) {
  const auto& more = config.more_sources;
  return config.source.family() == family ||
         std::any_of(more.begin(), more.end(),
                     [&](const Address& source) { return source.family() == family; });
}

std::string ports_filter(const LiveConfig& config) {
  if (!sends_from(config, Family::ipv6)) return ipv4_ports_filter(config);
  if (!sends_from(config, Family::ipv4)) return ipv6_ports_filter(config);
  return ipv4_ports_filter(config) + " or " + ipv6_ports_filter(config);
}

/// Those, and whatever may be ours under other ports.
std::string capture_filter(const LiveConfig& config) {
  std::string filter = ports_filter(config);
  if (sends_from(config, Family::ipv4)) filter += " or (tcp[tcpflags] & (tcp-syn | tcp-rst) != 0)";
  // What libpcap calls tcp[...] is of IPv4 alone; in IPv6 the flags are 13 bytes into the TCP
  // header.
  if (sends_from(config, Family::ipv6)) filter += " or (ip6 and ip6[6]=6 and ip6[53] & 6 != 0)";
  return filter;
}

}  // namespace

Capture::Capture(const LiveConfig& config) : interface_(config.capture_on) {
  std::array<char, PCAP_ERRBUF_SIZE> message{};
  pcap_.reset(pcap_create(pcap_device(config.capture_on).c_str(), message.data()));
  if (pcap_ == nullptr) throw Error("cannot capture: " + std::string(message.data()));
  require(pcap_set_snaplen(pcap_.get(), snap_length), "set its snap length");
  require(pcap_set_buffer_size(pcap_.get(), config.capture_buffer), "set its buffer size");
  // To be woken up for each packet costs ten times as much as the packet itself.
  require(pcap_set_timeout(pcap_.get(), bulk_delay), "set its timeout");
  require(pcap_set_immediate_mode(pcap_.get(), config.bulk ? 0 : 1), "set immediate mode");
  const int refused = pcap_set_tstamp_precision(pcap_.get(), PCAP_TSTAMP_PRECISION_NANO);
  if (refused != 0) stamp_unit_ = std::chrono::microseconds(1);  // Npcap
  const int result = pcap_activate(pcap_.get());
  if (result == PCAP_ERROR_PERM_DENIED) {
    throw Error(fmt::format("no permission to capture on {}; {}", interface_, privilege_remedy));
  }
  require(result, "start");
  link_type_ = static_cast<LinkType>(pcap_datalink(pcap_.get()));
  if (link_type_ == LinkType::linux_sll) twice_seen_.emplace();
  set_filter(config);
}

void Capture::set_filter(const LiveConfig& config) {
  Program all;
  compile(filters_again ? capture_filter(config) : ports_filter(config), all.code);
  require(pcap_setfilter(pcap_.get(), &all.code), "set its filter");
  if (filters_again) compile(ports_filter(config), on_our_ports_.code);
}

void Capture::compile(const std::string& text, bpf_program& program) {
  require(pcap_compile(pcap_.get(), &program, text.c_str(), 1, PCAP_NETMASK_UNKNOWN),
          "compile its filter");
}

void Capture::require(int result, const char* what) {
  if (result >= 0) return;  // above 0 are warnings, as about time stamp types
  throw Error(
      fmt::format("capture on {}: cannot {}: {}", interface_, what, pcap_geterr(pcap_.get())));
}

void Capture::on_packet(std::uint8_t* self, const pcap_pkthdr* header, const std::uint8_t* bytes) {
  auto& capture = *reinterpret_cast<Capture*>(self);
  const auto stamp =
      std::chrono::seconds(header->ts.tv_sec) + header->ts.tv_usec * capture.stamp_unit_;
  const Frame frame{.link_type = capture.link_type_,
                    .bytes = {bytes, header->caplen},
                    .original_length = header->len,
                    .time = capture.stamps_.steady(TimePoint(stamp), capture.clock_.read())};
  const bool on_our_ports = !filters_again || capture.is_on_our_ports(header, bytes);
  if (!on_our_ports && !capture.own_isns_.concerns(frame)) return;
  if (capture.twice_seen_ && capture.twice_seen_->was_seen(frame)) return;
  capture.queue_.put(frame);
}

LinkStats Capture::stats() {
  pcap_stat counts{};
  pcap_stats(pcap_.get(), &counts);
  return {.captured = counts.ps_recv,
          .kernel_dropped = counts.ps_drop + counts.ps_ifdrop,
          .queue_dropped = queue_.dropped()};
}

}  // namespace tracetcp
