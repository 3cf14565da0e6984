// A transparent proxy: takes over connections to some ports and answers as the target.

#include "link/sim/behaviour.hpp"
#include "link/sim/node.hpp"
#include "link/sim/personality.hpp"
#include "link/sim/port_set.hpp"
#include "link/sim/tcp_stack.hpp"

#include <algorithm>
#include <array>

namespace tracetcp::sim {

namespace {

class Proxy final : public Behaviour {
 public:
  Proxy(PortSet ports, Personality personality) : ports_(std::move(ports)), stack_(personality) {}

  // Before the TTL is looked at: what is redirected to the router itself is not forwarded.
  Fate arrive(Outbound& out) override {
    if (!ports_.contains(out.packet.target_port())) return Fate::goes_on;
    out.answers.emplace_back(StackAnswer{&stack_});
    return Fate::ends;
  }

 private:
  PortSet ports_;
  TcpStack stack_;
};

}  // namespace

MakeBehaviour read_proxy(const Node& node) {
  if (!node.is(Node::Kind::table)) return maker<Proxy>(read_ports(node), Personality{});
  std::array<std::string_view, personality_keys.size() + 1> keys = {"ports"};
  std::ranges::copy(personality_keys, keys.begin() + 1);
  node.allow_only(keys);
  return maker<Proxy>(read_ports(node.need("ports")), read_personality(node));
}

}  // namespace tracetcp::sim
