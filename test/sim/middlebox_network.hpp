#pragma once

// Random networks with middleboxes, and what is true of each port: told by how the network was
// made, never by the engine.

#include <tracetcp/address.hpp>

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace simtest {

inline const std::string boxed_target = "198.51.100.1";  ///< of IPv4
constexpr int first_boxed_port = 21;                     ///< the ports of a network are these four
constexpr int last_boxed_port = 24;

/// What makes a network hard to read beside its middleboxes.
enum class Situation {
  plain,              ///< some loss, a limit, a longer way back or a fork in one of three
  client_nat,         ///< the client's router translates, or public routers lie behind private ones
  asymmetric_return,  ///< each answer takes a way back of its own, longer or shorter
  loss_and_limits,    ///< several routers lose packets, limit their answers, police SYNs
  expiring_rejects,   ///< routers reject what expires there, and forward the rest
  loops,              ///< routers pass SYNs round among them, or only seem to
  silent_ranges,      ///< several neighbouring routers answer nobody
  initial_ttls,       ///< from 30 to 255
  longer_ways_back,   ///< from some routers on, or for the target alone
};
struct NamedSituation {
  std::string_view name;
  Situation situation = Situation::plain;
  bool holds = false;  ///< nothing wrong is called certain: `prove` runs it where none is named
};
/// All of them; plain is the first.
const std::vector<NamedSituation>& situations();

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
  std::optional<double> loop;         ///< hop of the first router that passes it round
  std::vector<TrueChange> changes;
};

struct BoxedNetwork {
  std::string toml;
  std::string target = boxed_target;
  std::map<int, PortTruth> ports;
  std::map<std::string, double> places;    ///< of the routers, by address; they rise along the path
  std::set<std::string> ambiguous;         ///< addresses that several of them have
  std::set<int> shown;                     ///< hops that answer a SYN that expires there
  std::set<int> rejects_expired;           ///< of these, those that reject it then
  std::map<std::string, bool> long_quote;  ///< of the routers that answer: quotes the TCP options
  double end = 0;                          ///< place of the target
  bool lossy = false;                      ///< packets get lost, or ICMP errors are limited
  bool balanced = false;                   ///< ports may take ways of different length
  bool spread_by_packet = false;           ///< packets of one flow take several ways
  bool translates_source = false;          ///< a NAT puts another source address into the SYNs
  std::map<int, std::string> addresses;    ///< of the routers, by hop

  /// Whether a SYN that expires at this hop gets a time-exceeded.
  [[nodiscard]] bool shows(int hop) const {
    return shown.contains(hop) && !rejects_expired.contains(hop);
  }
};

BoxedNetwork make_boxed_network(std::uint64_t seed, Situation situation = Situation::plain,
                                tracetcp::Family family = tracetcp::Family::ipv4);

}  // namespace simtest
