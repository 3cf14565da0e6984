#pragma once

// Random networks with middleboxes, and what is true of each port: told by how the network was
// made, never by the engine.

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace simtest {

inline const std::string boxed_target = "198.51.100.1";
constexpr int first_boxed_port = 21;  ///< the ports of a network are these four
constexpr int last_boxed_port = 24;

/// What happens to the SYNs to one port.
enum class Answerer {
  target,
  proxy,   ///< a transparent proxy
  forger,  ///< a RST of a router in the target's name
  other,   ///< another machine, which a router leads the port to
  router,  ///< an ICMP rejection
  nobody,  ///< dropped on the way, or by the target
};
constexpr int answerers = 6;
std::string name(Answerer answerer);

/// A field that a router rewrites.
struct TrueChange {
  std::string field;                 ///< as findings name it
  double after = 0;                  ///< the place of that router
  bool in_first_eight_bytes = true;  ///< of the TCP header, or in the IP header
};

struct PortTruth {
  Answerer answerer = Answerer::target;
  double place = 0;                   ///< of who answers or drops
  bool elsewhere = false;             ///< a router leads the port to another machine
  bool acts_early = false;            ///< before the TTL is looked at
  std::vector<double> resets_beside;  ///< where a RST is forged while the SYN goes on
  std::optional<double> ttl_set;      ///< where the TTL is set
  std::vector<TrueChange> changes;
};

struct BoxedNetwork {
  std::string toml;
  std::map<int, PortTruth> ports;
  std::map<std::string, double> places;    ///< of the routers, by address; they rise along the path
  std::map<std::string, bool> long_quote;  ///< of the routers that answer: quotes the TCP options
  double end = 0;                          ///< place of the target
  bool lossy = false;                      ///< packets get lost, or ICMP errors are limited
  bool balanced = false;                   ///< ports may take ways of different length
};

BoxedNetwork make_boxed_network(std::uint64_t seed);

}  // namespace simtest
