#pragma once

#include "link/sim/flow_table.hpp"
#include "link/sim/journey.hpp"
#include "link/sim/network.hpp"
#include "link/sim/tcp_stack.hpp"
#include "link/sim/timeline.hpp"

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <vector>

namespace tracetcp::sim {

/// A network at work: moves the client's packets out and the answers back, in virtual time. A
/// packet's way is walked at once when it leaves; what answers it is asked half a round trip later,
/// so that what keeps state there (half-open connections, rate limits) sees packets in the order
/// of their arrival.
class World {
 public:
  /// Is handed what the client's interface sees, at that moment.
  using Capture = std::function<void(std::vector<std::uint8_t>)>;

  World(std::shared_ptr<const SimNetwork> network, std::uint64_t seed, Timeline& timeline,
        Capture capture);

  /// A packet leaves the client now.
  void send(Bytes bytes);

 private:
  /// Who answers: a router, or a host.
  struct Speaker {
    std::optional<Address> address;  ///< empty: it sends no ICMP errors of that family
    std::uint8_t ttl = 64;
    RouterAtWork* router = nullptr;  ///< nullptr: a host
  };

  /// What routers hash of a packet.
  struct Hashed {
    Flow flow;
    std::uint32_t flow_label = 0;
  };

  void travel(Journey journey);
  bool pass(Journey& journey, const Step& step, Fate (Behaviour::*hook)(Outbound&));
  void choose_path(const Path& path, const Hashed& packet);
  std::uint64_t hash_at(const Step& fork, const Hashed& packet);
  std::size_t follow_new_target(const Journey& journey, std::size_t at, const Route*& route);
  void reach_target(const Journey& journey, const Route& route);
  void report_down(const Journey& journey, Duration delay);

  std::optional<Duration> draw_rtt(const Journey& journey, const Rtt& rtt, std::uint64_t place);
  void plan_answer(const Journey& journey, const Speaker& speaker, std::optional<Duration> rtt,
                   const Answer& answer);
  void answer(const Journey& journey, const Speaker& speaker, const IcmpAnswer& answer);
  void answer(const Journey& journey, const Speaker& speaker, const ResetAnswer& answer);
  void answer(const Journey& journey, const Speaker& speaker, const StackAnswer& answer);
  void plan_repeat(const Journey& journey, const Speaker& speaker, TcpStack& stack,
                   std::uint32_t server_isn, Duration interval);
  void send_back(Packet reply, const Journey& journey, RouterAtWork* from);
  void deliver(const Packet& reply, Duration rtt);
  [[nodiscard]] bool is_client(const Address& address) const;
  Speaker speaker_at(const Step& step, Family family);

  std::shared_ptr<const SimNetwork> network_;
  Random random_;
  Timeline& timeline_;
  Capture capture_;
  std::vector<RouterAtWork> routers_;  ///< as SimNetwork::routers()
  std::vector<TcpStack> stacks_;       ///< as SimNetwork::hosts()
  FlowTable<std::uint32_t> turns_;     ///< answers so far, by flow and place
  std::vector<const Step*> path_;      ///< of the packet under way; kept to save allocations
  std::vector<Answer> answers_;        ///< the same
};

}  // namespace tracetcp::sim
