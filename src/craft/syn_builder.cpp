#include <tracetcp/craft.hpp>
#include <tracetcp/error.hpp>

#include <libnet.h>

#include <array>

namespace tracetcp {
namespace {

constexpr std::uint16_t mss = 1460;       // what fits an Ethernet frame
constexpr std::uint8_t window_scale = 7;  // Linux' choice for its default receive buffer
constexpr std::uint16_t window = 64240;   // 44 * mss, Linux' initial window

/// The option block of a Linux SYN: MSS, SACK permitted, timestamps, NOP, window scale
/// (RFC 9293 section 3.2, RFC 2018, RFC 7323); 20 bytes.
std::array<std::uint8_t, 20> syn_options(TsVal tsval) {
  const auto byte = [&](int shift) { return static_cast<std::uint8_t>(tsval.value >> shift); };
  return {2, 4,  mss >> 8,    mss & 0xff,                                // MSS
          4, 2,                                                          // SACK permitted
          8, 10, byte(24),    byte(16),   byte(8), byte(0), 0, 0, 0, 0,  // TSval, TSecr
          1,                                                             // NOP
          3, 3,  window_scale};
}

}  // namespace

struct SynBuilder::Context {
  libnet_t* net = nullptr;
  libnet_ptag_t options = 0;  // 0: not built yet; libnet updates in place from then on
  libnet_ptag_t tcp = 0;
  libnet_ptag_t ip = 0;

  ~Context() {
    if (net != nullptr) libnet_destroy(net);
  }

  void check(libnet_ptag_t tag, const char* what) const {
    if (tag == -1) throw Error(std::string("cannot build ") + what + ": " + libnet_geterror(net));
  }
};

SynBuilder::SynBuilder() : context_(std::make_unique<Context>()) {
  std::array<char, LIBNET_ERRBUF_SIZE> message{};
  // LIBNET_NONE opens no socket and so needs no privilege; sending is the Link's business.
  context_->net = libnet_init(LIBNET_NONE, nullptr, message.data());
  if (context_->net == nullptr) throw Error(std::string("cannot set up libnet: ") + message.data());
}

SynBuilder::~SynBuilder() = default;

std::vector<std::uint8_t> SynBuilder::build(const Syn& syn) {
  Context& c = *context_;
  const auto options = syn_options(syn.tag.tsval);
  constexpr std::uint16_t tcp_length = LIBNET_TCP_H + options.size();
  constexpr std::uint16_t ip_length = LIBNET_IPV4_H + tcp_length;

  // Innermost first, as libnet wants it. Checksum 0 means "fill it in".
  c.options = libnet_build_tcp_options(options.data(), options.size(), c.net, c.options);
  c.check(c.options, "TCP options");
  c.tcp =
      libnet_build_tcp(syn.flow.source.port.value, syn.flow.target.port.value, syn.tag.isn.value, 0,
                       TH_SYN, window, 0, 0, tcp_length, nullptr, 0, c.net, c.tcp);
  c.check(c.tcp, "a TCP header");
  c.ip = libnet_build_ipv4(ip_length, 0, syn.tag.ip_id.value, IP_DF, syn.ttl.value, IPPROTO_TCP, 0,
                           htonl(syn.flow.source.address.ipv4()),
                           htonl(syn.flow.target.address.ipv4()), nullptr, 0, c.net, c.ip);
  c.check(c.ip, "an IP header");

  std::uint8_t* packet = nullptr;
  std::uint32_t size = 0;
  if (libnet_pblock_coalesce(c.net, &packet, &size) == -1) {
    throw Error(std::string("cannot assemble a SYN: ") + libnet_geterror(c.net));
  }
  std::vector<std::uint8_t> bytes(packet, packet + size);
  libnet_adv_free_packet(c.net, packet);
  return bytes;
}

}  // namespace tracetcp
