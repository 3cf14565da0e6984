#include "link/sim/reply_packets.hpp"

#include "link/sim/random.hpp"

#include <algorithm>

namespace tracetcp::sim {

namespace {

using Buffer = std::vector<std::uint8_t>;

constexpr std::uint8_t internetwork_control = 0xc0;  // TOS of ICMP errors, RFC 1812 section 4.3.2.5
constexpr std::size_t least_extended_quote = 128;    // bytes, RFC 4884 section 5.1
constexpr std::size_t ipv6_least_mtu = 1280;  // bytes: no error is longer, RFC 4443 section 2.4

void add16(Buffer& to, std::uint32_t value) {
  to.push_back(static_cast<std::uint8_t>(value >> 8));
  to.push_back(static_cast<std::uint8_t>(value));
}

void add32(Buffer& to, std::uint32_t value) {
  add16(to, value >> 16);
  add16(to, value);
}

void add(Buffer& to, Bytes bytes) {
  to.insert(to.end(), bytes.begin(), bytes.end());
}

void store16(Buffer& in, std::size_t at, std::uint16_t value) {
  in[at] = static_cast<std::uint8_t>(value >> 8);
  in[at + 1] = static_cast<std::uint8_t>(value);
}

std::uint16_t checksum(Bytes bytes, std::uint32_t start = 0) {
  return static_cast<std::uint16_t>(~ones_sum(bytes, start));
}

struct IpFields {
  Address from;
  Address to;
  std::uint8_t protocol = 0;
  std::uint8_t ttl = 0;
  std::uint8_t tos = 0;
  std::uint16_t id = 0;
  bool dont_fragment = false;
  std::uint32_t flow_label = 0;
};

void add(Buffer& to, Address address) {
  const auto all = address.bytes();
  const Bytes bytes(all);
  add(to, address.family() == Family::ipv6 ? bytes : bytes.last(4));
}

Packet wrap_ipv6(const IpFields& ip, const Buffer& payload) {
  Buffer bytes;
  bytes.reserve(40 + payload.size());
  add32(bytes, 6U << 28U | std::uint32_t{ip.tos} << 20U | ip.flow_label);
  add16(bytes, static_cast<std::uint32_t>(payload.size()));
  bytes.push_back(ip.protocol);
  bytes.push_back(ip.ttl);
  add(bytes, ip.from);
  add(bytes, ip.to);
  add(bytes, payload);
  return Packet(std::move(bytes));
}

Packet wrap(const IpFields& ip, const Buffer& payload) {
  if (ip.to.family() == Family::ipv6) return wrap_ipv6(ip, payload);
  Buffer bytes{0x45, ip.tos};
  bytes.reserve(20 + payload.size());
  add16(bytes, static_cast<std::uint32_t>(20 + payload.size()));
  add16(bytes, ip.id);
  add16(bytes, ip.dont_fragment ? 0x4000 : 0);
  bytes.push_back(ip.ttl);
  bytes.push_back(ip.protocol);
  add16(bytes, 0);
  add(bytes, ip.from);
  add(bytes, ip.to);
  store16(bytes, 10, checksum(bytes));
  add(bytes, payload);
  return Packet(std::move(bytes));
}

// RFC 4884 section 7 (header) and section 8 (object header), RFC 4950 section 3 (label stack).
Buffer mpls_extension(const std::vector<MplsLabel>& labels) {
  Buffer extension{0x20, 0, 0, 0};
  add16(extension, static_cast<std::uint32_t>(4 + 4 * labels.size()));
  extension.push_back(1);  // class: MPLS label stack
  extension.push_back(1);  // type: incoming
  for (const MplsLabel& label : labels) {
    add32(extension, label.label << 12 | std::uint32_t{label.traffic_class} << 9 |
                         (label.bottom ? 1U << 8 : 0U) | label.ttl);
  }
  store16(extension, 2, checksum(extension));
  return extension;
}

/// Of a host's packets: one a flow, never 0 (RFC 6437, section 3).
std::uint32_t label_of(const PacketReader& to) {
  return 1 + static_cast<std::uint32_t>(hash_of(to.flow(), 0x4c41424c) % 0xfffff);
}

}  // namespace

Packet make_icmp_error(const IcmpDraft& draft, const PacketReader& packet) {
  const Bytes whole = packet.bytes();
  Buffer quote(whole.begin(), whole.end());
  if (draft.quoted_ttl) PacketEditor(quote).set_ttl(*draft.quoted_ttl);
  quote.resize(std::min(quote.size(), packet.ip_length() + draft.quoted));

  const bool is_ipv6 = packet.family() == Family::ipv6;
  if (is_ipv6) quote.resize(std::min(quote.size(), ipv6_least_mtu - 40 - 8));

  std::uint32_t rest = draft.says.rest;
  if (!draft.mpls.empty()) {
    // RFC 4884, sections 4.4 to 5.5: the length counts 8 bytes in ICMPv6, 4 bytes in ICMP, and
    // stands in another byte.
    const std::size_t unit = is_ipv6 ? 8 : 4;
    quote.resize(std::max(least_extended_quote, (quote.size() + unit - 1) / unit * unit));
    const auto units = static_cast<std::uint32_t>(quote.size() / unit);
    if (draft.length_field) rest |= units << (is_ipv6 ? 24 : 16);
  }
  Buffer message{draft.says.type, draft.says.code, 0, 0};
  add32(message, rest);
  add(message, quote);
  if (!draft.mpls.empty()) add(message, mpls_extension(draft.mpls));
  store16(message, 2, checksum(message));
  Packet error =
      wrap({draft.from, packet.source(), is_ipv6 ? PacketReader::icmpv6 : PacketReader::icmp,
            draft.ttl, is_ipv6 ? std::uint8_t{0} : internetwork_control, draft.ip_id, false},
           message);
  if (is_ipv6) error.fix_icmp_checksum();  // it has a pseudo-header
  return error;
}

Packet make_tcp_answer(const PacketReader& to, const TcpFields& fields) {
  Buffer segment;
  segment.reserve(20 + fields.options.size());
  add16(segment, to.target_port());
  add16(segment, to.source_port());
  add32(segment, fields.sequence);
  add32(segment, fields.acknowledgement);
  segment.push_back(static_cast<std::uint8_t>((5 + fields.options.size() / 4) << 4));
  segment.push_back(fields.flags);
  add16(segment, fields.window);
  add32(segment, 0);  // checksum, urgent pointer
  add(segment, fields.options);

  Buffer pseudo;
  add(pseudo, to.target());
  add(pseudo, to.source());
  add16(pseudo, PacketReader::tcp);
  add16(pseudo, static_cast<std::uint32_t>(segment.size()));
  store16(segment, 16, checksum(segment, ones_sum(pseudo)));
  return wrap({to.target(), to.source(), PacketReader::tcp, fields.ttl, 0, fields.ip_id, true,
               label_of(to)},
              segment);
}

Packet make_reset(const PacketReader& syn, std::uint8_t ttl, std::uint16_t ip_id,
                  bool acknowledges_isn) {
  TcpFields fields;
  fields.acknowledgement = syn.sequence() + (acknowledges_isn ? 0 : 1);
  fields.flags = PacketReader::rst | PacketReader::ack;
  fields.ttl = ttl;
  fields.ip_id = ip_id;
  return make_tcp_answer(syn, fields);
}

std::vector<std::uint8_t> timestamps_option(std::uint32_t tsval, std::uint32_t tsecr) {
  Buffer options{1, 1, 8, 10};
  add32(options, tsval);
  add32(options, tsecr);
  return options;
}

std::vector<std::uint8_t> syn_ack_options(const PacketReader& syn, const Personality& personality,
                                          std::uint32_t tsval, std::uint32_t tsecr) {
  const bool sack = personality.sack && syn.option(TcpOption::sack_permitted);
  Buffer options{2, 4};
  add16(options, personality.mss);
  if (personality.timestamps && tsval_of(syn)) {
    add(options, sack ? Buffer{4, 2} : Buffer{1, 1});
    const Buffer padded = timestamps_option(tsval, tsecr);
    add(options, Bytes(padded).subspan(2));
  } else if (sack) {
    add(options, Buffer{1, 1, 4, 2});
  }
  if (personality.window_scale && syn.option(TcpOption::window_scale)) {
    add(options, Buffer{1, 3, 3, *personality.window_scale});
  }
  return options;
}

std::optional<std::uint32_t> tsval_of(const PacketReader& packet) {
  const auto value = packet.option(TcpOption::timestamps);
  if (!value || value->size() != 8) return std::nullopt;
  std::uint32_t tsval = 0;
  for (std::size_t i = 0; i < 4; ++i) tsval = tsval << 8 | (*value)[i];
  return tsval;
}

}  // namespace tracetcp::sim
