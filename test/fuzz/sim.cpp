// The text of a network file. Where it is one, a few SYNs go through the network that it describes,
// and all that its client sees must be packets that the program can read.

#include "fuzz.hpp"
#include "link/sim/network.hpp"

#include <tracetcp/craft.hpp>
#include <tracetcp/decode.hpp>
#include <tracetcp/error.hpp>
#include <tracetcp/sim.hpp>

#include <memory>
#include <set>
#include <string>
#include <vector>

using namespace tracetcp;

namespace {

std::shared_ptr<const Network> read(const std::string& text) {
  try {
    return parse_network(text, "net.toml");
  } catch (const UsageError& error) {
    const std::string message = error.what();
    HOLDS(message.starts_with("net.toml:"));
    HOLDS(fuzz::is_one_line(message));
    return nullptr;
  }
}

/// The first hosts, and an address that most networks here have a route to.
std::set<Address> targets_in(const Network& network) {
  std::set<Address> targets{Address(0xc6336401)};
  const auto* simulated = dynamic_cast<const sim::SimNetwork*>(&network);
  HOLDS(simulated != nullptr);
  for (const sim::Host& host : simulated->hosts()) {
    targets.insert(host.prefix.address);
    if (targets.size() == 4) break;
  }
  return targets;
}

void send_some(const Network& network, Link& link) {
  SynBuilder builder;
  std::uint16_t id = 1;
  for (const Address target : targets_in(network)) {
    for (const std::uint16_t port : {std::uint16_t{80}, std::uint16_t{443}, std::uint16_t{25}}) {
      for (const Ttl ttl : {Ttl{1}, Ttl{2}, Ttl{3}, Ttl{4}, Ttl{64}}) {
        const Syn syn{{{network.source(target.family()), {40000}}, {target, {port}}},
                      ttl,
                      {{0xcafe1234}, {id}, {std::uint32_t{0x01020300} + id}}};
        ++id;
        const std::vector<std::uint8_t> bytes = builder.build(syn);
        const Bytes packet(bytes);
        link.send({&packet, 1});
      }
    }
  }
}

void listen(Link& link) {
  constexpr int most_waits = 300;
  const TimePoint end = link.now() + std::chrono::seconds(100);
  TimePoint last = link.now();
  for (int i = 0; i < most_waits && link.now() < end; ++i) {
    for (const Frame& frame : link.wait(end)) {
      HOLDS(frame.time >= last);
      last = frame.time;
      const Decoded decoded = decode(frame);
      HOLDS(!std::holds_alternative<Reason>(decoded));
    }
  }
}

}  // namespace

FUZZ_TARGET(sim) {
  const auto network = read(std::string(input.begin(), input.end()));
  if (network == nullptr) return;
  const auto link = make_simulated_link(network, network->seed());
  send_some(*network, *link);
  listen(*link);
  for (const char* const host : {"www.example.com", "edge"}) {
    static_cast<void>(network->resolve(host, Port{80}));
  }
  static_cast<void>(network->name_of(Address(0x0a000001), {Address(0xc6336401), Port{80}}));
}
