#include "ipv6_samples.hpp"

#include <algorithm>
#include <memory>
#include <random>

using namespace samples;

// Frames that are cut short, damaged or random. Each is decoded from a heap block of just its size,
// so that a sanitizer sees every read beyond it.

namespace {

Decoded decode_exactly(LinkType link_type, const std::uint8_t* bytes, std::size_t size) {
  const auto block = std::make_unique<std::uint8_t[]>(size);
  std::copy_n(bytes, size, block.get());
  Frame frame;
  frame.link_type = link_type;
  frame.bytes = {block.get(), size};
  return tracetcp::decode(frame);
}

void check_error(const IcmpError& error) {
  const int type = error.icmp.type;
  CAPTURE(type);
  if (error.icmp.family == tracetcp::Family::ipv4) {
    REQUIRE((type == 3 || type == 4 || type == 5 || type == 11 || type == 12));
    if (error.next_hop_mtu)
      REQUIRE((type == 3 && error.icmp.code == 4 && *error.next_hop_mtu != 0));
    if (!error.mpls.empty()) REQUIRE((type != 4 && type != 5));
    REQUIRE(error.gateway.has_value() == (type == 5));
  } else {
    REQUIRE((type >= 1 && type <= 4));
    if (error.next_hop_mtu) REQUIRE((type == 2 && *error.next_hop_mtu != 0));
    if (!error.mpls.empty()) REQUIRE((type == 1 || type == 3));
    REQUIRE_FALSE(error.gateway.has_value());
  }
  for (const auto& label : error.mpls) {
    REQUIRE(label.label < 1u << 20);
    REQUIRE(label.traffic_class < 8);
  }
}

/// What holds of anything that was decoded.
void check(const Decoded& result) {
  if (const auto* reason = std::get_if<Reason>(&result)) {
    REQUIRE(*reason < Reason::not_ours);  // those from there on are not decode's
  } else if (const auto* segment = std::get_if<TcpSegment>(&result)) {
    REQUIRE(segment->ip.protocol == 6);
    REQUIRE(segment->tcp.rest.has_value());
  } else {
    check_error(std::get<IcmpError>(result));
  }
}

/// Prefixes shorter than `size` that are no shorter than the step before are refused for `reason`.
struct Step {
  std::size_t size;
  Reason reason;
};

struct Case {
  const char* name;
  LinkType link_type;
  const Octets& bytes;
  std::vector<Step> steps;  ///< from the last one's size on the frame can be used
};

const std::vector<Step> tcp_on_ethernet{
    {14, Reason::link_truncated}, {34, Reason::ip_truncated}, {54, Reason::tcp_truncated}};
const std::vector<Step> icmp_on_ethernet{{14, Reason::link_truncated},
                                         {34, Reason::ip_truncated},
                                         {42, Reason::icmp_truncated},
                                         {70, Reason::quote_truncated}};
const std::vector<Step> icmp_on_raw{
    {20, Reason::ip_truncated}, {28, Reason::icmp_truncated}, {56, Reason::quote_truncated}};

const std::vector<Case> cases{
    {"SYN", ethernet, eth_syn, tcp_on_ethernet},
    {"SYN-ACK", ethernet, eth_syn_ack, tcp_on_ethernet},
    {"RST", ethernet, eth_rst_ack, tcp_on_ethernet},
    {"time exceeded", ethernet, eth_time_exceeded, icmp_on_ethernet},
    {"prohibited", ethernet, eth_prohibited, icmp_on_ethernet},
    {"MPLS", raw, mpls, icmp_on_raw},
    {"MPLS without length", raw, mpls_without_length, icmp_on_raw},
    {"MPLS among others", raw, mpls_among_others, icmp_on_raw},
    {"fragmentation needed", raw, fragmentation_needed, icmp_on_raw},
    {"redirect", raw, redirect, icmp_on_raw},
    {"source quench", raw, source_quench, icmp_on_raw},
    {"parameter problem", raw, parameter_problem, icmp_on_raw},
    {"IP options",
     raw,
     ip_options,
     {{28, Reason::ip_truncated}, {36, Reason::icmp_truncated}, {72, Reason::quote_truncated}}},
    {"RST with IP options",
     raw,
     rst_with_ip_options,
     {{28, Reason::ip_truncated}, {48, Reason::tcp_truncated}}},
    {"SYN over IPv6", raw, syn6, {{40, Reason::ip_truncated}, {60, Reason::tcp_truncated}}},
    {"SYN with extension headers",
     raw,
     syn6_with_extensions,
     {{136, Reason::ip_truncated}, {156, Reason::tcp_truncated}}},
    {"MPLS over IPv6",
     raw,
     mpls6,
     {{40, Reason::ip_truncated}, {48, Reason::icmp_truncated}, {96, Reason::quote_truncated}}},
    {"too big",
     raw,
     too_big,
     {{40, Reason::ip_truncated}, {48, Reason::icmp_truncated}, {96, Reason::quote_truncated}}},
    {"echo reply",
     raw,
     echo_reply,
     {{20, Reason::ip_truncated}, {28, Reason::icmp_truncated}, {37, Reason::icmp_not_error}}},
    {"UDP quote",
     raw,
     udp_quote,
     {{20, Reason::ip_truncated},
      {28, Reason::icmp_truncated},
      {48, Reason::quote_truncated},
      {57, Reason::quote_not_tcp}}},
};

}  // namespace

TEST_CASE("every prefix of a frame is refused for the right reason, or read") {
  for (const Case& one : cases) {
    CAPTURE(one.name);
    auto step = one.steps.begin();
    for (std::size_t size = 0; size <= one.bytes.size(); ++size) {
      CAPTURE(size);
      while (step != one.steps.end() && size >= step->size) ++step;
      const Decoded result = decode_exactly(one.link_type, one.bytes.data(), size);
      check(result);
      const bool refused = step != one.steps.end();
      REQUIRE(std::holds_alternative<Reason>(result) == refused);
      if (refused) CHECK(reason(result) == step->reason);
    }
  }
}

TEST_CASE("no damaged byte does harm") {
  for (const Case& one : cases) {
    CAPTURE(one.name);
    for (std::size_t at = 0; at < one.bytes.size(); ++at) {
      CAPTURE(at);
      for (int value = 0; value < 256; ++value) {
        const Octets damaged = with(one.bytes, at, {static_cast<std::uint8_t>(value)});
        check(decode_exactly(one.link_type, damaged.data(), damaged.size()));
      }
    }
  }
}

TEST_CASE("no frame that is cut short and read as another link type does harm") {
  for (const Case& one : cases) {
    CAPTURE(one.name);
    for (std::uint32_t link_type = 0; link_type < 300; ++link_type) {
      for (std::size_t size = 0; size <= one.bytes.size(); ++size) {
        check(decode_exactly(static_cast<LinkType>(link_type), one.bytes.data(), size));
      }
    }
  }
}

TEST_CASE("no frame with several damaged bytes does harm") {
  std::mt19937 random(1);  // the same frames each time
  const auto below = [&](std::size_t limit) { return random() % limit; };
  for (int round = 0; round < 20000; ++round) {
    CAPTURE(round);
    const Case& one = cases[below(cases.size())];
    Octets damaged = one.bytes;
    for (std::size_t count = 1 + below(4); count > 0; --count) {
      damaged[below(damaged.size())] = static_cast<std::uint8_t>(random());
    }
    check(decode_exactly(one.link_type, damaged.data(), below(damaged.size() + 1)));
  }
}
