#include "craft/put_flow_label.hpp"

#include <tracetcp/craft.hpp>
#include <tracetcp/error.hpp>

#include <libnet.h>

#include <algorithm>
#include <array>

namespace tracetcp {
namespace {

constexpr std::uint8_t window_scale = 7;  // Linux' choice for its default receive buffer

/// What fits an Ethernet frame, bytes.
constexpr std::uint16_t mss(Family family) {
  return family == Family::ipv4 ? 1460 : 1440;
}

/// Linux' initial window: as many whole segments as a 16-bit window can hold.
constexpr std::uint16_t window(Family family) {
  constexpr std::uint16_t most = 0xffff;
  return static_cast<std::uint16_t>(most - most % mss(family));
}

/// The option block of a Linux SYN: MSS, SACK permitted, timestamps, NOP, window scale
/// (RFC 9293 section 3.2, RFC 2018, RFC 7323); 20 bytes.
std::array<std::uint8_t, 20> syn_options(Family family, TsVal tsval) {
  const auto byte = [](std::uint32_t number, int shift) {
    return static_cast<std::uint8_t>(number >> shift);
  };
  const std::uint32_t size = mss(family);
  const std::uint32_t value = tsval.value;
  return {2,
          4,
          byte(size, 8),
          byte(size, 0),  // MSS
          4,
          2,  // SACK permitted
          8,
          10,
          byte(value, 24),
          byte(value, 16),
          byte(value, 8),
          byte(value, 0),  // TSval
          0,
          0,
          0,
          0,  // TSecr
          1,  // NOP
          3,
          3,
          window_scale};
}

libnet_in6_addr libnet_address(const Address& address) {
  libnet_in6_addr converted{};
  const auto bytes = address.bytes();
  std::copy(bytes.begin(), bytes.end(), converted.libnet_s6_addr);
  return converted;
}

}  // namespace

/// One of libnet's for each family, as it updates the header that it has built in place.
struct SynBuilder::Context {
  libnet_t* net = nullptr;
  libnet_ptag_t options = 0;  // 0: not built yet
  libnet_ptag_t tcp = 0;
  libnet_ptag_t ip = 0;

  Context() {
    std::array<char, LIBNET_ERRBUF_SIZE> message{};
    // LIBNET_NONE opens no socket and so needs no privilege; sending is the Link's business.
    net = libnet_init(LIBNET_NONE, nullptr, message.data());
    if (net == nullptr) throw Error(std::string("cannot set up libnet: ") + message.data());
  }
  ~Context() { libnet_destroy(net); }
  Context(const Context&) = delete;
  Context& operator=(const Context&) = delete;

  void check(libnet_ptag_t tag, const char* what) const {
    if (tag == -1) throw Error(std::string("cannot build ") + what + ": " + libnet_geterror(net));
  }

  static constexpr std::uint16_t tcp_length = LIBNET_TCP_H + 20;  // with the options

  void build_tcp(const Syn& syn, Family family);
  void build_ipv4(const Syn& syn);
  void build_ipv6(const Syn& syn);
  [[nodiscard]] std::vector<std::uint8_t> assembled() const;
};

void SynBuilder::Context::build_tcp(const Syn& syn, Family family) {
  const auto block = syn_options(family, syn.tag.tsval);
  options = libnet_build_tcp_options(block.data(), block.size(), net, options);
  check(options, "TCP options");
  // Checksum 0 means "fill it in".
  tcp = libnet_build_tcp(syn.flow.source.port.value, syn.flow.target.port.value, syn.tag.isn.value,
                         0, TH_SYN, window(family), 0, 0, tcp_length, nullptr, 0, net, tcp);
  check(tcp, "a TCP header");
}

void SynBuilder::Context::build_ipv4(const Syn& syn) {
  ip = libnet_build_ipv4(LIBNET_IPV4_H + tcp_length, 0, syn.tag.ip_id.value, IP_DF, syn.ttl.value,
                         IPPROTO_TCP, 0, htonl(syn.flow.source.address.ipv4()),
                         htonl(syn.flow.target.address.ipv4()), nullptr, 0, net, ip);
  check(ip, "an IP header");
}

void SynBuilder::Context::build_ipv6(const Syn& syn) {
  // libnet 1.1.6 mixes the bits of a flow label with others, so it gets none: put_flow_label().
  ip = libnet_build_ipv6(0, 0, tcp_length, IPPROTO_TCP, syn.ttl.value,
                         libnet_address(syn.flow.source.address),
                         libnet_address(syn.flow.target.address), nullptr, 0, net, ip);
  check(ip, "an IPv6 header");
}

std::vector<std::uint8_t> SynBuilder::Context::assembled() const {
  std::uint8_t* packet = nullptr;
  std::uint32_t size = 0;
  if (libnet_pblock_coalesce(net, &packet, &size) == -1) {
    throw Error(std::string("cannot assemble a SYN: ") + libnet_geterror(net));
  }
  std::vector<std::uint8_t> bytes(packet, packet + size);
  libnet_adv_free_packet(net, packet);
  return bytes;
}

SynBuilder::SynBuilder() : ipv4_(std::make_unique<Context>()), ipv6_(std::make_unique<Context>()) {}

SynBuilder::~SynBuilder() = default;

std::vector<std::uint8_t> SynBuilder::build(const Syn& syn) {
  const Family family = syn.flow.target.address.family();
  if (syn.flow.source.address.family() != family) {
    throw Error("cannot build a SYN from " + syn.flow.source.address.text() + " to " +
                syn.flow.target.address.text() + ": they are not of one family");
  }
  // Innermost first, as libnet wants it.
  if (family == Family::ipv4) {
    ipv4_->build_tcp(syn, family);
    ipv4_->build_ipv4(syn);
    return ipv4_->assembled();
  }
  ipv6_->build_tcp(syn, family);
  ipv6_->build_ipv6(syn);
  auto packet = ipv6_->assembled();
  put_flow_label(packet, syn.flow_label);
  return packet;
}

}  // namespace tracetcp
