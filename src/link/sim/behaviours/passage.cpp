// Loss, duplicates, reordering and detours: what happens to packets that pass a router.

#include "link/sim/behaviour.hpp"
#include "link/sim/node.hpp"
#include "link/sim/rtt.hpp"
#include "link/sim/token_bucket.hpp"

#include <array>

namespace tracetcp::sim {

namespace {

/// Probabilities from 0 to 1.
struct LossRates {
  double forward = 0;  ///< of the client's packets that are forwarded
  double back = 0;     ///< of replies that pass on their way back
  double own = 0;      ///< of the router's own answers
};

class Loss final : public Behaviour {
 public:
  explicit Loss(LossRates rates) : rates_(rates) {}

  Fate forward(Outbound& out) override {
    return out.random.chance(rates_.forward) ? Fate::ends : Fate::goes_on;
  }
  Fate back(Inbound& in) override {
    return in.random.chance(in.own ? rates_.own : rates_.back) ? Fate::ends : Fate::goes_on;
  }

 private:
  LossRates rates_;
};

/// A bottleneck whose queue is short: of a burst all but the first packets are lost.
class Police final : public Behaviour {
 public:
  explicit Police(TokenBucket tokens) : tokens_(tokens) {}

  Fate forward(Outbound& out) override {
    return tokens_.take(out.now) ? Fate::goes_on : Fate::ends;
  }

 private:
  TokenBucket tokens_;
};

class Duplicate final : public Behaviour {
 public:
  explicit Duplicate(double chance) : chance_(chance) {}

  Fate back(Inbound& in) override {
    if (in.random.chance(chance_)) ++in.more;
    return Fate::goes_on;
  }

 private:
  double chance_;
};

/// Holds some replies back, so that later ones overtake them.
class Reorder final : public Behaviour {
 public:
  Reorder(double chance, Duration delay) : chance_(chance), delay_(delay) {}

  Fate back(Inbound& in) override {
    if (in.random.chance(chance_)) in.delay += delay_;
    return Fate::goes_on;
  }

 private:
  double chance_;
  Duration delay_;
};

/// The way back is longer than the way there, which only the replies' TTLs show.
class ExtraReturnHops final : public Behaviour {
 public:
  explicit ExtraReturnHops(std::uint8_t hops) : hops_(hops) {}

  Fate back(Inbound& in) override {
    const std::uint8_t ttl = in.packet.ttl();
    if (ttl <= hops_) return Fate::ends;
    in.packet.set_ttl(static_cast<std::uint8_t>(ttl - hops_));
    return Fate::goes_on;
  }

 private:
  std::uint8_t hops_;
};

}  // namespace

MakeBehaviour read_loss(const Node& node) {
  LossRates rates;
  if (node.is_number()) {
    rates.forward = rates.back = node.number(0, 1);
    return maker<Loss>(rates);
  }
  node.allow_only(std::array<std::string_view, 3>{"forward", "back", "own"});
  if (const Node* forward = node.find("forward")) rates.forward = forward->number(0, 1);
  if (const Node* back = node.find("back")) rates.back = back->number(0, 1);
  if (const Node* own = node.find("own")) rates.own = own->number(0, 1);
  return maker<Loss>(rates);
}

MakeBehaviour read_police(const Node& node) {
  node.allow_only(std::array<std::string_view, 2>{"rate", "burst"});
  const Node* burst = node.find("burst");
  return maker<Police>(TokenBucket(node.need("rate").number(0, 1e6),
                                   burst == nullptr ? 1.0 : burst->number(1, 1e6)));
}

MakeBehaviour read_duplicate(const Node& node) {
  return maker<Duplicate>(node.number(0, 1));
}

MakeBehaviour read_reorder(const Node& node) {
  node.allow_only(std::array<std::string_view, 2>{"chance", "delay"});
  const double chance = node.need("chance").number(0, 1);
  return maker<Reorder>(chance, read_milliseconds(node.need("delay")));
}

MakeBehaviour read_extra_return_hops(const Node& node) {
  return maker<ExtraReturnHops>(static_cast<std::uint8_t>(node.integer(0, 255)));
}

}  // namespace tracetcp::sim
