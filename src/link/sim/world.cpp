#include "link/sim/world.hpp"

#include "link/sim/icmp_type.hpp"

#include <algorithm>

namespace tracetcp::sim {

namespace {

constexpr IcmpAnswer time_exceeded{{icmp_type::time_exceeded, 0},
                                   IcmpMessage{icmpv6_type::time_exceeded, 0}};
/// Host unreachable; of IPv6, address unreachable.
constexpr IcmpAnswer host_unreachable{{icmp_type::destination_unreachable, 1},
                                      IcmpMessage{icmpv6_type::destination_unreachable, 3}};

/// A TTL that is set anew on the way could lead a packet in circles for ever.
constexpr std::size_t most_hops = 1000;

}  // namespace

World::World(std::shared_ptr<const SimNetwork> network, std::uint64_t seed, Timeline& timeline,
             Capture capture)
    : network_(std::move(network)),
      random_(seed),
      timeline_(timeline),
      capture_(std::move(capture)) {
  for (const Router& router : network_->routers()) {
    RouterAtWork& at_work = routers_.emplace_back(RouterAtWork{&router, {}});
    for (const MakeBehaviour& make : router.behaviours) at_work.behaviours.push_back(make());
  }
  for (const Host& host : network_->hosts()) stacks_.emplace_back(host.personality);
}

void World::send(Bytes bytes) {
  capture_({bytes.begin(), bytes.end()});
  auto packet = Packet::read_tcp(bytes);
  if (!packet) return;
  const Flow flow = packet->read().flow();
  travel({std::move(*packet), flow, timeline_.now(), std::nullopt, {}, {}});
}

void World::travel(Journey journey) {
  const PacketReader start = journey.packet.read();
  const Route* route = network_->route_to(start.target(), start.target_port());
  if (route == nullptr) return;
  path_.clear();
  choose_path(route->path, {journey.flow, start.flow_label()});
  for (std::size_t i = 0; i < path_.size(); ++i) {
    const Step& step = *path_[i];
    if (!pass(journey, step, &Behaviour::arrive)) return;
    PacketEditor packet = journey.packet.edit();
    if (packet.ttl() <= 1) {
      plan_answer(journey, speaker_at(step, packet.family()),
                  draw_rtt(journey, step.rtt, step.place), time_exceeded);
      return;
    }
    packet.set_ttl(static_cast<std::uint8_t>(packet.ttl() - 1));
    const Address target = packet.target();
    if (!pass(journey, step, &Behaviour::forward)) return;
    journey.passed.push_back(&routers_[step.router]);
    if (journey.passed.size() == most_hops) return;
    // Anew: a router that inserts headers moves the bytes.
    if (journey.packet.read().target() != target) i = follow_new_target(journey, i, route);
  }
  reach_target(journey, *route);
}

bool World::pass(Journey& journey, const Step& step, Fate (Behaviour::*hook)(Outbound&)) {
  for (const auto& behaviour : routers_[step.router].behaviours) {
    answers_.clear();
    const Rewriting::Identity before(journey.packet.read());
    Outbound out{journey.packet.edit(), journey.packet, random_, answers_, journey.sent};
    const Fate fate = ((*behaviour).*hook)(out);
    const Rewriting::Identity after(journey.packet.read());
    if (after != before) {
      journey.rewritings.push_back({journey.passed.size(), before, after, out.restore_quotes});
    }
    for (const Answer& answer : answers_) {
      // What is sent beside uses up no turn of the router's RTTs.
      const auto rtt = fate == Fate::goes_on ? journey.rtt.value_or(step.rtt.typical())
                                             : draw_rtt(journey, step.rtt, step.place);
      plan_answer(journey, speaker_at(step, journey.packet.read().family()), rtt, answer);
    }
    if (fate == Fate::ends) return false;
  }
  return true;
}

/// Appends the steps that a packet takes.
void World::choose_path(const Path& path, const Hashed& packet) {
  for (const Step& step : path) {
    if (step.branches.empty()) {
      path_.push_back(&step);
      continue;
    }
    choose_path(step.branches[hash_at(step, packet) % step.branches.size()], packet);
  }
}

std::uint64_t World::hash_at(const Step& fork, const Hashed& packet) {
  const Flow& flow = packet.flow;
  switch (fork.spread) {
    case Spread::flow:
      return hash_of(flow, fork.place);
    case Spread::destination:
      return hash_of({{}, {flow.target.address, {}}}, fork.place);
    case Spread::packet:
      return random_.word();
    case Spread::label:
      break;
  }
  const Flow without_ports{{flow.source.address, {}}, {flow.target.address, {}}};
  return hash_of(without_ports, mix(fork.place) ^ packet.flow_label);
}

/// A router gave the packet another destination: where there is a route to that which leads over
/// this router, it goes on along that one. Returns the router's index on the path.
std::size_t World::follow_new_target(const Journey& journey, std::size_t at, const Route*& route) {
  const PacketReader packet = journey.packet.read();
  const Route* other = network_->route_to(packet.target(), packet.target_port());
  if (other == nullptr || other == route) return at;
  const std::size_t router = path_[at]->router;
  const std::vector<const Step*> kept = std::exchange(path_, {});
  choose_path(other->path, {packet.flow(), packet.flow_label()});
  const auto here = std::ranges::find(path_, router, &Step::router);
  if (here == path_.end()) {
    path_ = kept;
    return at;
  }
  route = other;
  return static_cast<std::size_t>(here - path_.begin());
}

void World::reach_target(const Journey& journey, const Route& route) {
  const PacketReader packet = journey.packet.read();
  const auto index = network_->host_at(packet.target());
  if (!index || !packet.tcp_checksum_right()) return;
  const Host& host = network_->hosts()[*index];
  if (host.down) {
    report_down(journey, *host.down);
    return;
  }
  const Speaker speaker{packet.target(), ttl_of(host.personality, packet.family()), nullptr};
  const auto rule = std::ranges::find_if(host.rules, [&packet](const HostRule& candidate) {
    return candidate.ports.contains(packet.target_port());
  });
  Answer answer = rule->rejection;
  if (rule->does == HostRule::Does::silent) return;
  if (rule->does == HostRule::Does::open) {
    answer = StackAnswer{&stacks_[*index]};
  } else if (!packet.is_syn()) {
    return;
  } else if (rule->does == HostRule::Does::closed ||
             std::holds_alternative<ResetAnswer>(rule->rejection)) {
    answer = ResetAnswer{speaker.ttl, host.reset_acknowledges_isn, host.personality.random_ip_id};
  }
  const Rtt& rtt = !route.own_rtt && host.rtt ? *host.rtt : route.rtt;
  plan_answer(journey, speaker, draw_rtt(journey, rtt, route.place), answer);
}

/// The last router gets no answer to its ARP requests (RFC 1812, section 5.2.7.1) or neighbour
/// solicitations (RFC 4861, section 7.2.2).
void World::report_down(const Journey& journey, Duration delay) {
  if (journey.passed.empty() || path_.empty() || !journey.packet.read().is_syn()) return;
  const Step& last = *path_.back();
  auto rtt = draw_rtt(journey, last.rtt, last.place);
  if (rtt) *rtt += delay;
  Journey at_router = journey;
  at_router.passed.pop_back();
  plan_answer(at_router, speaker_at(last, journey.packet.read().family()), rtt, host_unreachable);
}

World::Speaker World::speaker_at(const Step& step, Family family) {
  RouterAtWork& at_work = routers_[step.router];
  const Router& router = *at_work.router;
  const bool is_ipv4 = family == Family::ipv4;
  return {router.addresses.of(family), is_ipv4 ? router.ttl : router.hop_limit.value_or(router.ttl),
          &at_work};
}

std::optional<Duration> World::draw_rtt(const Journey& journey, const Rtt& rtt,
                                        std::uint64_t place) {
  if (journey.rtt) return journey.rtt;
  const std::uint32_t turn = rtt.takes_turns() ? turns_.get({journey.flow, place})++ : 0;
  return rtt.draw(turn, random_);
}

void World::plan_answer(const Journey& journey, const Speaker& speaker, std::optional<Duration> rtt,
                        const Answer& answer) {
  if (!rtt) return;
  Journey so_far = journey;
  so_far.rtt = rtt;
  timeline_.at(journey.sent + *rtt / 2, [this, so_far = std::move(so_far), speaker, answer] {
    std::visit([&](const auto& kind) { this->answer(so_far, speaker, kind); }, answer);
  });
}

void World::answer(const Journey& journey, const Speaker& speaker, const IcmpAnswer& answer) {
  const bool is_ipv4 = journey.packet.read().family() == Family::ipv4;
  if (!speaker.address || (!is_ipv4 && !answer.ipv6)) return;
  IcmpDraft draft;
  draft.from = *speaker.address;
  draft.ttl = speaker.ttl;
  draft.says = is_ipv4 ? answer.ipv4 : *answer.ipv6;
  draft.ip_id = random_.nonzero16();
  if (speaker.router != nullptr) {
    for (const auto& behaviour : speaker.router->behaviours) {
      if (behaviour->icmp(draft, timeline_.now()) == Fate::ends) return;
    }
  }
  send_back(make_icmp_error(draft, journey.packet.read()), journey, speaker.router);
}

void World::answer(const Journey& journey, const Speaker& speaker, const ResetAnswer& answer) {
  const std::uint16_t ip_id = answer.random_ip_id ? random_.nonzero16() : std::uint16_t{0};
  send_back(make_reset(journey.packet.read(), answer.ttl, ip_id, answer.acknowledges_isn), journey,
            speaker.router);
}

void World::answer(const Journey& journey, const Speaker& speaker, const StackAnswer& answer) {
  auto reply = answer.stack->receive(journey.packet.read(), timeline_.now(), random_);
  if (!reply) return;
  if (reply->opens) {
    plan_repeat(journey, speaker, *answer.stack, reply->packet.read().sequence(),
                std::chrono::seconds(1));
  }
  send_back(std::move(reply->packet), journey, speaker.router);
}

/// The first repeat is due after a second, each further one after twice the time (RFC 6298).
void World::plan_repeat(const Journey& journey, const Speaker& speaker, TcpStack& stack,
                        std::uint32_t server_isn, Duration interval) {
  timeline_.at(timeline_.now() + interval, [=, this, &stack] {
    auto again = stack.repeat(journey.packet.read(), server_isn, timeline_.now(), random_);
    if (!again) return;
    plan_repeat(journey, speaker, stack, server_isn, interval * 2);
    send_back(std::move(*again), journey, speaker.router);
  });
}

bool World::is_client(const Address& address) const {
  return address == network_->source(address.family());
}

void World::send_back(Packet reply, const Journey& journey, RouterAtWork* from) {
  const Return way = travel_back(reply, journey, from, random_);
  if (!way.arrives || !is_client(reply.read().target())) return;
  const Duration rtt = *journey.rtt;
  TimePoint due = timeline_.now() + (rtt - rtt / 2) + way.delay;
  for (std::uint32_t i = 0; i <= way.more; ++i) {
    timeline_.at(due, [this, reply, rtt] { deliver(reply, rtt); });
    due += std::chrono::microseconds(100);
  }
}

/// The client's interface sees the reply, and its kernel resets connections that it knows nothing
/// of (RFC 9293, section 3.10.7.1), as Linux does within some 10 microseconds.
void World::deliver(const Packet& reply, Duration rtt) {
  const PacketReader packet = reply.read();
  capture_({packet.bytes().begin(), packet.bytes().end()});
  if (packet.protocol() != PacketReader::tcp || packet.is_reset()) return;
  TcpFields fields;
  fields.sequence = packet.acknowledgement();
  fields.flags = PacketReader::rst;
  Packet reset = make_tcp_answer(packet, fields);
  timeline_.at(timeline_.now() + std::chrono::microseconds(10), [this, reset, rtt] {
    const PacketReader read = reset.read();
    capture_({read.bytes().begin(), read.bytes().end()});
    travel({reset, read.flow(), timeline_.now(), rtt, {}, {}});
  });
}

}  // namespace tracetcp::sim
