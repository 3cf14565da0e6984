#pragma once

// A random network before it is written down: what the parts that draw it share.

#include "middlebox_network.hpp"

#include <cstdint>
#include <map>
#include <optional>
#include <random>
#include <set>
#include <string>
#include <vector>

namespace simtest {

class Dice {
 public:
  explicit Dice(std::uint64_t seed) : random_(seed) {}

  int below(int n) { return static_cast<int>(random_() % static_cast<std::uint64_t>(n)); }
  /// Both ends count.
  int between(int least, int most) { return least + below(most - least + 1); }
  bool one_in(int n) { return below(n) == 0; }

  template <class Value>
  const Value& one_of(const std::vector<Value>& values) {
    return values[static_cast<std::size_t>(below(static_cast<int>(values.size())))];
  }

 private:
  std::mt19937_64 random_;
};

enum class Box {
  proxy,
  reset,
  early_reset,
  inject,
  drop,
  early_drop,
  reject,
  forward,  // port forwarding: DNAT
  dscp,
  ecn,
  clear_df,
  mss,
  strip,
  source_nat,
  isn,
  set_ttl,
  count,
};

struct PlacedBox {
  Box box = Box::drop;
  std::set<int> ports;
};

struct DrawnRouter {
  std::string address;
  std::map<std::string, std::string> keys;  ///< as TOML has them
  bool silent = false;
  bool long_quote = true;
};

/// Ports whose SYNs some neighbouring routers pass round among them.
struct DrawnLoop {
  int first = 0;    ///< hop of its first router; 0: there is no loop
  int routers = 0;  ///< how many
  std::set<int> ports;
};

struct DrawnNetwork {
  int length = 0;  ///< routers
  std::map<int, DrawnRouter> routers;
  std::map<int, PlacedBox> boxes;  ///< by hop, one a router
  std::optional<int> host_ttl;     ///< of the target's packets as they leave
  DrawnLoop loop;
  std::vector<TrueChange> changes;  ///< by what is no box
  int fork_at = 0;                  ///< the router before it; 0: there is none
  bool spread_by_packet = false;    ///< of that fork; else by flow
  BoxedNetwork& network;
};

/// "[21, 23]"
std::string port_list(const std::set<int>& ports);

/// Draws some of the ports, at least one.
std::set<int> draw_ports(Dice& dice);

/// Lays a situation over a network that has its routers and boxes.
void lay(Situation situation, Dice& dice, DrawnNetwork& drawn);

}  // namespace simtest
