// How a router's own ICMP errors look, and whether it sends them.

#include "link/sim/behaviour.hpp"
#include "link/sim/icmp_type.hpp"
#include "link/sim/node.hpp"
#include "link/sim/token_bucket.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <array>

namespace tracetcp::sim {

namespace {

class Silent final : public Behaviour {
 public:
  Fate icmp(IcmpDraft&, TimePoint) override { return Fate::ends; }
};

class IcmpLimit final : public Behaviour {
 public:
  explicit IcmpLimit(TokenBucket tokens) : tokens_(tokens) {}

  Fate icmp(IcmpDraft&, TimePoint now) override {
    return tokens_.take(now) ? Fate::goes_on : Fate::ends;
  }

 private:
  TokenBucket tokens_;
};

class QuoteLength final : public Behaviour {
 public:
  explicit QuoteLength(std::size_t bytes) : bytes_(bytes) {}

  Fate icmp(IcmpDraft& draft, TimePoint) override {
    draft.quoted = bytes_;
    return Fate::goes_on;
  }

 private:
  std::size_t bytes_;
};

class QuotedTtl final : public Behaviour {
 public:
  explicit QuotedTtl(std::uint8_t ttl) : ttl_(ttl) {}

  Fate icmp(IcmpDraft& draft, TimePoint) override {
    draft.quoted_ttl = ttl_;
    return Fate::goes_on;
  }

 private:
  std::uint8_t ttl_;
};

class Mpls final : public Behaviour {
 public:
  Mpls(std::vector<MplsLabel> labels, bool length_field)
      : labels_(std::move(labels)), length_field_(length_field) {}

  Fate icmp(IcmpDraft& draft, TimePoint) override {
    const bool is_ipv4 = draft.from.family() == Family::ipv4;
    const auto exceeded = is_ipv4 ? icmp_type::time_exceeded : icmpv6_type::time_exceeded;
    if (draft.says.type != exceeded) return Fate::goes_on;
    draft.mpls = labels_;
    draft.length_field = length_field_;
    return Fate::goes_on;
  }

 private:
  std::vector<MplsLabel> labels_;
  bool length_field_;
};

MplsLabel read_label(const Node& node) {
  constexpr std::int64_t most = (1 << 20) - 1;
  MplsLabel label;
  label.ttl = 1;
  if (!node.is(Node::Kind::table)) {
    label.label = static_cast<std::uint32_t>(node.integer(0, most));
    return label;
  }
  node.allow_only(std::array<std::string_view, 3>{"label", "tc", "ttl"});
  label.label = static_cast<std::uint32_t>(node.need("label").integer(0, most));
  if (const Node* tc = node.find("tc")) {
    label.traffic_class = static_cast<std::uint8_t>(tc->integer(0, 7));
  }
  if (const Node* ttl = node.find("ttl"))
    label.ttl = static_cast<std::uint8_t>(ttl->integer(0, 255));
  return label;
}

std::vector<MplsLabel> read_labels(const Node& node) {
  constexpr std::size_t most = 255;  // the error must stay a packet that can be
  std::vector<MplsLabel> labels;
  for (const Node& item : node.one_or_more()) labels.push_back(read_label(item));
  if (labels.empty()) node.fail("must hold at least one label");
  if (labels.size() > most) node.fail(fmt::format("must hold no more than {} labels", most));
  labels.back().bottom = true;
  return labels;
}

}  // namespace

MakeBehaviour read_silent(const Node& node) {
  return node.boolean() ? maker<Silent>() : MakeBehaviour{};
}

MakeBehaviour read_icmp_limit(const Node& node) {
  node.allow_only(std::array<std::string_view, 2>{"rate", "burst"});
  const Node* burst = node.find("burst");
  return maker<IcmpLimit>(TokenBucket(node.need("rate").number(0, 1e6),
                                      burst == nullptr ? 1.0 : burst->number(1, 1e6)));
}

// RFC 792 asks for 8 bytes; fewer would not even hold the sequence number.
MakeBehaviour read_quote(const Node& node) {
  return maker<QuoteLength>(static_cast<std::size_t>(node.integer(8, 1480)));
}

MakeBehaviour read_quoted_ttl(const Node& node) {
  return maker<QuotedTtl>(static_cast<std::uint8_t>(node.integer(0, 255)));
}

MakeBehaviour read_mpls(const Node& node) {
  const bool has_keys = node.is(Node::Kind::table) && node.find("labels") != nullptr;
  if (!has_keys) return maker<Mpls>(read_labels(node), true);
  node.allow_only(std::array<std::string_view, 2>{"labels", "length_field"});
  const Node* length_field = node.find("length_field");
  return maker<Mpls>(read_labels(node.need("labels")),
                     length_field == nullptr || length_field->boolean());
}

}  // namespace tracetcp::sim
