// Header fields that a router changes in what it forwards, other than NAT.

#include "link/sim/behaviour.hpp"
#include "link/sim/node.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <array>
#include <utility>

namespace tracetcp::sim {

namespace {

/// MSS clamping: the option is lowered, never raised, in both directions.
class MssClamp final : public Behaviour {
 public:
  explicit MssClamp(std::uint16_t most) : most_(most) {}

  Fate forward(Outbound& out) override {
    clamp(out.packet);
    return Fate::goes_on;
  }
  Fate back(Inbound& in) override {
    if (!in.own && in.packet.protocol() == PacketReader::tcp) clamp(in.packet);
    return Fate::goes_on;
  }

 private:
  void clamp(PacketEditor& packet) const {
    const auto mss = packet.option(TcpOption::mss);
    if (mss && mss->size() == 2 && ((*mss)[0] << 8 | (*mss)[1]) > most_) packet.set_mss(most_);
  }

  std::uint16_t most_;
};

/// Replaces options of SYNs by NOPs.
class StripOptions final : public Behaviour {
 public:
  explicit StripOptions(std::vector<TcpOption> kinds) : kinds_(std::move(kinds)) {}

  Fate forward(Outbound& out) override {
    for (const TcpOption kind : kinds_) out.packet.blank_option(kind);
    return Fate::goes_on;
  }

 private:
  std::vector<TcpOption> kinds_;
};

/// Sets some bits of the TOS byte or traffic class: DSCP (RFC 2474) or ECN (RFC 3168).
class SetTosBits final : public Behaviour {
 public:
  SetTosBits(std::uint8_t mask, std::uint8_t bits) : mask_(mask), bits_(bits) {}

  Fate forward(Outbound& out) override {
    out.packet.set_tos(static_cast<std::uint8_t>((out.packet.tos() & ~mask_) | bits_));
    return Fate::goes_on;
  }

 private:
  std::uint8_t mask_;
  std::uint8_t bits_;
};

class ClearDf final : public Behaviour {
 public:
  Fate forward(Outbound& out) override {
    out.packet.set_dont_fragment(false);
    return Fate::goes_on;
  }
};

class SetTtl final : public Behaviour {
 public:
  explicit SetTtl(std::uint8_t ttl) : ttl_(ttl) {}

  Fate forward(Outbound& out) override {
    out.packet.set_ttl(ttl_);
    return Fate::goes_on;
  }

 private:
  std::uint8_t ttl_;
};

/// Of IPv6 packets.
class SetFlowLabel final : public Behaviour {
 public:
  explicit SetFlowLabel(std::uint32_t label) : label_(label) {}

  Fate forward(Outbound& out) override {
    out.packet.set_flow_label(label_);
    return Fate::goes_on;
  }

 private:
  std::uint32_t label_;
};

/// Inserts extension headers into IPv6 packets, as no router may (RFC 8200, section 4) but some do.
class InsertHeaders final : public Behaviour {
 public:
  explicit InsertHeaders(std::vector<Extension> kinds) : kinds_(std::move(kinds)) {}

  Fate forward(Outbound& out) override {
    for (const Extension kind : kinds_) out.whole.insert(kind);
    out.packet = out.whole.edit();
    return Fate::goes_on;
  }

 private:
  std::vector<Extension> kinds_;
};

/// Sequence number randomisation: each flow's numbers are shifted by an amount of its own.
class RewriteIsn final : public Behaviour {
 public:
  explicit RewriteIsn(bool restore_quotes) : restore_quotes_(restore_quotes) {}

  Fate forward(Outbound& out) override {
    const auto shift = static_cast<std::uint32_t>(hash_of(out.packet.flow(), 0x49534e)) | 1U;
    out.packet.set_sequence(out.packet.sequence() + shift);
    out.restore_quotes = restore_quotes_;
    return Fate::goes_on;
  }

 private:
  bool restore_quotes_;
};

/// Reads one name or a list of names, each of which stands for a kind.
template <class Kind, std::size_t count>
std::vector<Kind> read_kinds(const Node& node, std::string_view what,
                             const std::array<std::string_view, count>& names,
                             const std::array<Kind, count>& kinds) {
  std::vector<Kind> all;
  for (const Node& item : node.one_or_more()) {
    const auto found = std::ranges::find(names, item.text());
    if (found == names.end()) {
      item.fail(fmt::format("unknown {} \"{}\"{}; known: {}", what, item.text(),
                            did_you_mean(item.text(), names), listed(names)));
    }
    all.push_back(kinds[static_cast<std::size_t>(found - names.begin())]);
  }
  return all;
}

}  // namespace

MakeBehaviour read_mss(const Node& node) {
  return maker<MssClamp>(static_cast<std::uint16_t>(node.integer(1, 65535)));
}

MakeBehaviour read_strip_options(const Node& node) {
  constexpr std::array<std::string_view, 4> names = {"mss", "window_scale", "sack", "timestamps"};
  constexpr std::array<TcpOption, 4> kinds = {TcpOption::mss, TcpOption::window_scale,
                                              TcpOption::sack_permitted, TcpOption::timestamps};
  return maker<StripOptions>(read_kinds(node, "option", names, kinds));
}

MakeBehaviour read_insert_headers(const Node& node) {
  constexpr std::array<std::string_view, 4> names = {"hop-by-hop", "routing", "fragment",
                                                     "destination"};
  constexpr std::array<Extension, 4> kinds = {Extension::hop_by_hop, Extension::routing,
                                              Extension::fragment, Extension::destination};
  return maker<InsertHeaders>(read_kinds(node, "extension header", names, kinds));
}

MakeBehaviour read_flow_label(const Node& node) {
  return maker<SetFlowLabel>(static_cast<std::uint32_t>(node.integer(0, 0xfffff)));
}

MakeBehaviour read_dscp(const Node& node) {
  return maker<SetTosBits>(std::uint8_t{0xfc}, static_cast<std::uint8_t>(node.integer(0, 63) << 2));
}

MakeBehaviour read_ecn(const Node& node) {
  return maker<SetTosBits>(std::uint8_t{0x03}, static_cast<std::uint8_t>(node.integer(0, 3)));
}

MakeBehaviour read_clear_df(const Node& node) {
  return node.boolean() ? maker<ClearDf>() : MakeBehaviour{};
}

MakeBehaviour read_set_ttl(const Node& node) {
  return maker<SetTtl>(static_cast<std::uint8_t>(node.integer(1, 255)));
}

MakeBehaviour read_rewrite_isn(const Node& node) {
  if (node.is(Node::Kind::boolean)) {
    return node.boolean() ? maker<RewriteIsn>(true) : MakeBehaviour{};
  }
  node.allow_only(std::array<std::string_view, 1>{"restore_quotes"});
  return maker<RewriteIsn>(node.need("restore_quotes").boolean());
}

}  // namespace tracetcp::sim
