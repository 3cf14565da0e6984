// Traces random networks twice and compares the two:
//
//   prove_compare [PAIRS [FIRST_SEED]]
//
// Of PAIRS pairs nothing changed between the two traces: with load balancing by flow and by packet,
// loss, jitter, limits to the rate of ICMP errors, silent routers, filters, NAT and MPLS. No change
// may be reported. In half as many pairs one thing changed, and it is known which, by how the
// networks were made: 99 of 100 must be found. Prints what was found by kind, then TAP.
//
// Where packets of one flow take several ways, and where times changed, each hop is asked ten
// times, else three times as by default.

#include "drawn_network.hpp"
#include "tracing.hpp"

#include <tracetcp/compare.hpp>
#include <tracetcp/diagnose.hpp>
#include <tracetcp/report.hpp>

#include <algorithm>
#include <array>
#include <cstdio>
#include <cstdlib>
#include <map>
#include <sstream>
#include <string>
#include <vector>

using namespace tracetcp;
using simtest::Dice;

namespace {

const std::string target = "198.51.100.1";
constexpr int first_port = 80;

struct Router {
  std::string address;
  double delay = 1;   ///< ms more than the router before
  double jitter = 0;  ///< ms
  std::string more;   ///< keys as TOML has them
  bool plain = true;  ///< answers always: neither silent nor limited
};

enum class Fate { open, closed, silent, rejected, reset };

struct Drawn {
  std::vector<Router> routers;
  int fork = -1;  ///< place of the router that has others beside it; -1: none
  std::vector<Router> beside;
  std::string by = "flow";
  double last_delay = 2;
  std::vector<Fate> ports;         ///< from first_port on
  std::vector<std::size_t> boxes;  ///< of each port: the router that drops, rejects or resets it
};

std::string address_of(int hop, int number = 1) {
  return "10.0." + std::to_string(hop) + "." + std::to_string(number);
}

std::string rtt_of(double mean, double jitter) {
  std::ostringstream text;
  text << "{mean = " << mean << ", jitter = " << std::min(jitter, mean / 2) << "}";
  return text.str();
}

void add_rules(std::ostringstream& toml, const Drawn& network, std::size_t place) {
  std::map<Fate, std::string> rules;
  for (std::size_t i = 0; i < network.ports.size(); ++i) {
    if (network.boxes[i] != place) continue;
    std::string& ports = rules[network.ports[i]];
    ports += (ports.empty() ? "" : ", ") + std::to_string(first_port + static_cast<int>(i));
  }
  if (rules.contains(Fate::silent)) toml << "drop = [" << rules[Fate::silent] << "]\n";
  std::string rejects;
  if (rules.contains(Fate::rejected)) rejects += "{ports = [" + rules[Fate::rejected] + "]}, ";
  if (rules.contains(Fate::reset)) {
    rejects += "{ports = [" + rules[Fate::reset] + "], with = \"tcp-reset\"}";
  }
  if (!rejects.empty()) toml << "reject = [" << rejects << "]\n";
}

std::string host_ports(const Drawn& network, bool open) {
  std::string text;
  for (std::size_t i = 0; i < network.ports.size(); ++i) {
    if ((network.ports[i] == Fate::closed) == open) continue;
    text += (text.empty() ? "" : ", ") + std::to_string(first_port + static_cast<int>(i));
  }
  return text;
}

std::string toml_of(const Drawn& network) {
  std::ostringstream toml;
  std::ostringstream via;
  double delay = 0;
  for (std::size_t i = 0; i < network.routers.size(); ++i) {
    const Router& router = network.routers[i];
    delay += router.delay;
    const auto add = [&](const Router& one, const std::string& key) {
      toml << "[router." << key << "]\naddress = \"" << one.address
           << "\"\nrtt = " << rtt_of(delay, one.jitter) << "\n"
           << one.more;
    };
    const std::string key = "r" + std::to_string(i);
    add(router, key);
    add_rules(toml, network, i);
    via << (i == 0 ? "" : ", ");
    if (static_cast<int>(i) != network.fork) {
      via << '"' << key << '"';
      continue;
    }
    via << "{by = \"" << network.by << "\", branches = [[\"" << key << "\"]";
    for (std::size_t other = 0; other < network.beside.size(); ++other) {
      via << ", [\"b" << other << "\"]";
    }
    via << "]}";
    for (std::size_t other = 0; other < network.beside.size(); ++other) {
      add(network.beside[other], "b" + std::to_string(other));
    }
  }
  toml << "[[host]]\naddress = \"" << target << "\"\nopen = [" << host_ports(network, true)
       << "]\nclosed = [" << host_ports(network, false) << "]\n[[route]]\nto = \"" << target
       << "\"\nvia = [" << via.str()
       << "]\nrtt = " << rtt_of(delay + network.last_delay, network.last_delay / 2) << "\n";
  return toml.str();
}

Router draw_router(Dice& dice, int hop) {
  Router router{
      .address = address_of(hop), .delay = 0.5 + dice.below(8), .jitter = dice.below(4) * 0.5};
  if (dice.one_in(8)) {
    router.more += "silent = true\n";
    router.plain = false;
  } else if (dice.one_in(6)) {
    router.more += "icmp_limit = {rate = " + std::to_string(1 + dice.below(20)) +
                   ", burst = " + std::to_string(1 + dice.below(3)) + "}\n";
    router.plain = false;
  }
  if (dice.one_in(6)) router.more += "mpls = [" + std::to_string(16 + dice.below(1000)) + "]\n";
  if (dice.one_in(8)) router.more += "dscp = " + std::to_string(8 * (1 + dice.below(5))) + "\n";
  if (dice.one_in(8)) router.more += "quote = 8\n";
  if (dice.one_in(8)) {
    router.more += "loss = " + std::to_string(0.01 * (1 + dice.below(10))) + "\n";
  }
  if (dice.one_in(10)) router.more += "duplicate = 0.2\n";
  return router;
}

Drawn draw_network(std::uint64_t seed) {
  Dice dice(seed);
  Drawn network;
  const int length = dice.between(5, 14);
  for (int hop = 1; hop <= length; ++hop) network.routers.push_back(draw_router(dice, hop));
  if (dice.one_in(2)) {
    network.fork = dice.between(1, length - 2);
    const int ways = dice.between(1, 3);
    for (int way = 0; way < ways; ++way) {
      network.beside.push_back(draw_router(dice, network.fork + 1));
      network.beside.back().address = address_of(network.fork + 1, 2 + way);
    }
    const std::vector<std::string> kinds{"flow", "flow", "destination", "packet"};
    network.by = dice.one_of(kinds);
  }
  network.last_delay = 0.5 + dice.below(6);
  const int ports = dice.one_in(3) ? 4 : 1;
  for (int port = 0; port < ports; ++port) {
    const std::vector<Fate> fates{Fate::open,   Fate::open,     Fate::closed,
                                  Fate::silent, Fate::rejected, Fate::reset};
    network.ports.push_back(dice.one_of(fates));
    const bool has_box = network.ports.back() >= Fate::silent;
    // Beside a fork, so that all ways have it.
    std::size_t box = static_cast<std::size_t>(dice.below(length));
    if (static_cast<int>(box) == network.fork) box = 0;
    network.boxes.push_back(has_box ? box : network.routers.size());
  }
  return network;
}

bool is_spread(const Drawn& network) {
  return network.fork >= 0 && network.by == "packet";
}

std::vector<RecordedPort> recorded(const Drawn& network, std::uint64_t seed, int probes) {
  simtest::Options options;
  options.seed = seed;
  options.strategy.probes_per_hop = probes;
  options.last_port = first_port + static_cast<int>(network.ports.size()) - 1;
  auto run = simtest::run_in(toml_of(network), target, first_port, options);
  std::vector<Digest> digests;
  for (const Trace& trace : run.traces) digests.push_back(digest(trace));
  std::string lines;
  const NoNames nobody;
  const RunInfo info{.source = {*Address::parse("192.168.0.2"), Port{40001}}};
  for (std::size_t i = 0; i < run.traces.size(); ++i) {
    run.traces[i].diagnosis = diagnose(digests[i], telling(digests));
    json_report(info, nobody)->add_end(lines, run.traces[i], {});
  }
  if (std::getenv("PROVE_DUMP") != nullptr) {
    std::printf("%s\n%s", toml_of(network).c_str(), lines.c_str());
  }
  return read_recorded(lines, "pair");
}

/// Routers that every port passes and that always answer, none of a fork.
std::vector<std::size_t> plain_routers(const Drawn& network) {
  std::size_t end = network.routers.size();
  for (const std::size_t box : network.boxes) end = std::min(end, box);
  std::vector<std::size_t> places;
  for (std::size_t i = 0; i < end; ++i) {
    const bool is_forked = static_cast<int>(i) == network.fork;
    if (network.routers[i].plain && !is_forked) places.push_back(i);
  }
  return places;
}

bool says(const Router& router, const char* key) {
  return router.more.find(key) != std::string::npos;
}

/// Changes one thing of that kind. False: the network has no place for it.
bool change(Drawn& network, ChangeKind kind, Dice& dice) {
  const auto places = plain_routers(network);
  if (places.size() < 3) return false;
  // One that others follow which show what it does.
  const std::size_t place =
      places[static_cast<std::size_t>(dice.below(static_cast<int>(places.size()) - 2))];
  Router& router = network.routers[place];
  switch (kind) {
    case ChangeKind::verdict:
    case ChangeKind::port: {
      const bool has_several = network.ports.size() > 1;
      if (has_several != (kind == ChangeKind::port)) return false;
      const std::size_t port =
          static_cast<std::size_t>(dice.below(static_cast<int>(network.ports.size())));
      if (network.ports[port] >= Fate::silent) return false;
      const std::vector<Fate> fates{Fate::open, Fate::closed, Fate::silent, Fate::rejected};
      const Fate fate = dice.one_of(fates);
      if (fate == network.ports[port]) return false;
      network.ports[port] = fate;
      if (fate >= Fate::silent) network.boxes[port] = place;
      return true;
    }
    case ChangeKind::hop:
      router.address = address_of(static_cast<int>(place) + 1, 99);
      return true;
    case ChangeKind::length:
      if (network.ports.size() > 1 || network.ports[0] > Fate::closed || is_spread(network)) {
        return false;
      }
      network.routers.insert(network.routers.begin() + static_cast<std::ptrdiff_t>(place),
                             {.address = "10.9.9.9", .delay = 0});
      if (network.fork >= static_cast<int>(place)) ++network.fork;
      for (std::size_t& box : network.boxes) ++box;
      return true;
    case ChangeKind::rtt:
      router.delay += 10 + dice.below(30);
      return true;
    case ChangeKind::mpls:
      if (is_spread(network) || says(router, "mpls")) return false;
      router.more += "mpls = [77]\n";
      return true;
    case ChangeKind::nat:
    case ChangeKind::field: {
      // Of several ways of one flow each may have its own, so they are not compared.
      if (is_spread(network)) return false;
      // The next that always answers quotes what it does.
      for (std::size_t i = 0; i < network.routers.size(); ++i) {
        if (says(network.routers[i], "dscp")) return false;
      }
      for (const Router& other : network.beside) {
        if (says(other, "dscp")) return false;
      }
      router.more += kind == ChangeKind::field
                         ? "dscp = 46\n"
                         : "nat = {source = \"203.0.113.9\", restore_quotes = false}\n";
      return true;
    }
  }
  return false;
}

struct Counted {
  int pairs = 0;
  int found = 0;
};

bool has(const Comparison& comparison, ChangeKind kind) {
  return std::any_of(comparison.changes.begin(), comparison.changes.end(),
                     [&](const Change& change) { return change.kind == kind; });
}

void complain(std::uint64_t seed, const char* what, const Comparison& comparison) {
  if (std::getenv("PROVE_WRONG") == nullptr) return;
  std::printf("# seed %llu: %s\n", static_cast<unsigned long long>(seed), what);
  for (const Change& change : comparison.changes) std::printf("#   %s\n", change.text.c_str());
}

std::uint64_t number(int argc, char** argv, int place, std::uint64_t otherwise) {
  return argc > place ? std::strtoull(argv[place], nullptr, 10) : otherwise;
}

}  // namespace

int main(int argc, char** argv) {
  const std::uint64_t pairs = number(argc, argv, 1, 10'000);
  const std::uint64_t first = number(argc, argv, 2, 1);
  constexpr int usual = 3;
  constexpr int many = 10;
  int changed = 0;
  for (std::uint64_t seed = first; seed < first + pairs; ++seed) {
    const Drawn network = draw_network(seed);
    const int probes = is_spread(network) ? many : usual;
    const auto comparison =
        compare(recorded(network, 2 * seed, probes), recorded(network, 2 * seed + 1, probes));
    if (comparison.changes.empty() && comparison.compared == network.ports.size()) continue;
    ++changed;
    complain(seed, "nothing changed", comparison);
  }
  std::printf("unchanged: %llu pairs, %d with a change\n", static_cast<unsigned long long>(pairs),
              changed);
  constexpr std::array kinds{ChangeKind::verdict, ChangeKind::hop,  ChangeKind::length,
                             ChangeKind::rtt,     ChangeKind::mpls, ChangeKind::nat,
                             ChangeKind::field,   ChangeKind::port};
  std::map<ChangeKind, Counted> counts;
  const std::uint64_t of_each = std::max<std::uint64_t>(1, pairs / 2 / kinds.size());
  for (const ChangeKind kind : kinds) {
    Counted& counted = counts[kind];
    for (std::uint64_t seed = first; static_cast<std::uint64_t>(counted.pairs) < of_each; ++seed) {
      const Drawn before = draw_network(seed);
      Drawn after = before;
      Dice dice(seed + 1'000'000);
      if (!change(after, kind, dice)) continue;
      const int probes = is_spread(before) || kind == ChangeKind::rtt ? many : usual;
      const auto comparison =
          compare(recorded(before, 2 * seed, probes), recorded(after, 2 * seed + 1, probes));
      ++counted.pairs;
      if (has(comparison, kind)) {
        ++counted.found;
      } else {
        complain(seed, std::string(name(kind)).c_str(), comparison);
      }
    }
  }
  std::printf("1..%zu\n", kinds.size() + 1);
  std::printf("%s 1 - nothing changed, and no change is reported\n",
              changed == 0 ? "ok" : "not ok");
  int test = 1;
  bool all_found = true;
  for (const auto& [kind, counted] : counts) {
    const bool is_enough = counted.found * 100 >= counted.pairs * 99;
    all_found = all_found && is_enough;
    std::printf("%s %d - %s: %d of %d changes found\n", is_enough ? "ok" : "not ok", ++test,
                std::string(name(kind)).c_str(), counted.found, counted.pairs);
  }
  return changed == 0 && all_found ? EXIT_SUCCESS : EXIT_FAILURE;
}
