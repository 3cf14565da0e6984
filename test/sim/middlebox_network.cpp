#include "drawn_network.hpp"
#include "ipv6_network.hpp"

#include <sstream>

namespace simtest {

namespace {

class Maker {
 public:
  Maker(std::uint64_t seed, Situation situation, bool balances_by_label)
      : dice_(seed), situation_(situation), balances_by_label_(balances_by_label) {}

  BoxedNetwork make() {
    drawn_.length = 3 + dice_.below(12);
    for (int i = 1; i <= drawn_.length; ++i) drawn_.routers[i] = plain_router(i);
    network_.end = drawn_.length + 1;
    if (dice_.one_in(3) && situation_ == Situation::plain) add_trouble();
    choose_boxes();
    lay(situation_, dice_, drawn_);
    for (int port = first_boxed_port; port <= last_boxed_port; ++port) walk(port);
    write();
    return network_;
  }

 private:
  DrawnRouter plain_router(int hop) {
    DrawnRouter router;
    router.address = "10.0." + std::to_string(hop) + ".1";
    router.silent = silence_ > 0 && dice_.below(100) < silence_;
    if (router.silent) router.keys["silent"] = "true";
    if (dice_.one_in(4)) router.keys["ttl"] = "64";
    if (dice_.one_in(3)) {
      router.keys["quote"] = dice_.one_in(2) ? "8" : "28";
      router.long_quote = false;
    }
    if (dice_.one_in(8)) router.keys["duplicate"] = "0.3";
    return router;
  }

  void add_trouble() {
    const int where = 1 + dice_.below(drawn_.length);
    auto& keys = drawn_.routers[where].keys;
    switch (dice_.below(4)) {
      case 0:
        keys["loss"] = "0.0" + std::to_string(1 + dice_.below(9));
        network_.lossy = true;
        break;
      case 1: {
        const int rate = 1 + dice_.below(4);
        const int burst = 1 + dice_.below(6);
        keys["icmp_limit"] =
            "{rate = " + std::to_string(rate) + ", burst = " + std::to_string(burst) + "}";
        network_.lossy = true;
        break;
      }
      case 2:
        keys["extra_return_hops"] = std::to_string(1 + dice_.below(6));
        break;
      case 3:
        drawn_.fork_at = where;
        network_.balanced = true;
        break;
    }
  }

  void choose_boxes() {
    const int boxes = dice_.below(3);
    for (int i = 0; i < boxes; ++i) {
      const int where = 1 + dice_.below(drawn_.length);
      if (drawn_.boxes.contains(where)) continue;
      PlacedBox placed{static_cast<Box>(dice_.below(static_cast<int>(Box::count))), {}};
      const bool forwards_already = placed.box == Box::forward && other_server_ != 0;
      if (forwards_already) continue;
      placed.ports = draw_ports(dice_);
      write_box(drawn_.routers[where], placed.box, port_list(placed.ports), where);
      drawn_.boxes[where] = placed;
    }
  }

  std::string personality() {
    std::string keys;
    if (dice_.one_in(3)) keys += std::string(", ttl = ") + (dice_.one_in(2) ? "128" : "255");
    if (dice_.one_in(3)) keys += ", timestamps = false";
    if (dice_.one_in(3)) keys += ", window = 8192, window_scale = false";
    return keys;
  }

  void write_box(DrawnRouter& router, Box box, const std::string& ports, int where) {
    auto& keys = router.keys;
    switch (box) {
      case Box::proxy:
        keys["proxy"] = "{ports = " + ports + personality() + "}";
        break;
      case Box::reset:
        keys["reject"] = "[{ports = " + ports + ", with = \"tcp-reset\"}]";
        break;
      case Box::early_reset:
        keys["reject"] = "[{ports = " + ports + ", with = \"tcp-reset\", early = true}]";
        break;
      case Box::inject:
        keys["inject_reset"] =
            "{ports = " + ports + ", ttl = " + (dice_.one_in(2) ? "64" : "255") + "}";
        break;
      case Box::drop:
        keys["drop"] = ports;
        break;
      case Box::early_drop:
        keys["drop"] = "{ports = " + ports + ", early = true}";
        break;
      case Box::reject:
        keys["reject"] = "[{ports = " + ports + "}]";
        break;
      case Box::forward:
        other_server_ = where;
        other_hops_ = dice_.below(5);
        keys["nat"] = "{ports = " + ports + ", destination = \"10.80.0.5\"}";
        break;
      case Box::dscp:
        keys["dscp"] = std::to_string(1 + dice_.below(63));
        break;
      case Box::ecn:
        keys["ecn"] = std::to_string(1 + dice_.below(3));
        break;
      case Box::clear_df:
        keys["clear_df"] = "true";
        break;
      case Box::mss:
        keys["mss"] = std::to_string(1000 + dice_.below(400));
        break;
      case Box::strip:
        keys["strip_options"] = "[\"window_scale\", \"sack\"]";
        break;
      case Box::source_nat:
        keys["nat"] = "{source = \"203.0.113.9\", source_port = 7, restore_quotes = false}";
        network_.translates_source = true;
        break;
      case Box::isn:
        keys["rewrite_isn"] = "{restore_quotes = false}";
        break;
      case Box::set_ttl:
        keys["set_ttl"] = "64";
        break;
      case Box::count:
        break;
    }
  }

  /// Follows the SYNs to one port from router to router.
  void walk(int port) {
    PortTruth& truth = network_.ports[port];
    truth.place = network_.end;
    const DrawnLoop& loop = drawn_.loop;
    const bool loops = loop.first != 0 && loop.ports.contains(port);
    truth.changes = drawn_.changes;
    for (const auto& [where, placed] : drawn_.boxes) {
      if (loops && where > loop.first) break;
      const bool concerned = placed.ports.contains(port);
      if (concerned && ends_at(placed.box, where, truth)) return;
      if (concerned && placed.box == Box::inject) truth.resets_beside.push_back(where);
      if (placed.box == Box::set_ttl && !truth.ttl_set) truth.ttl_set = where;
      if (concerned && placed.box == Box::forward) {
        truth.elsewhere = true;
        truth.answerer = Answerer::other;
        truth.place = where + 1 + other_hops_;
        if (states_other_[port] == 2) truth.answerer = Answerer::nobody;
        return;  // what lies behind is not on its way
      }
      add_changes(placed.box, where, truth.changes);
    }
    if (states_[port] == 2) truth.answerer = Answerer::nobody;
    if (!loops) return;
    truth.answerer = Answerer::nobody;
    truth.loop = loop.first;
    truth.place = loop.first + loop.routers - 1;
  }

  bool ends_at(Box box, int where, PortTruth& truth) {
    const auto end = [&](Answerer answerer, bool early) {
      truth.answerer = answerer;
      truth.place = where;
      truth.acts_early = early;
      return true;
    };
    if (box == Box::proxy) return end(Answerer::proxy, true);
    if (box == Box::reset) return end(Answerer::forger, false);
    if (box == Box::early_reset) return end(Answerer::forger, true);
    if (box == Box::drop) return end(Answerer::nobody, false);
    if (box == Box::early_drop) return end(Answerer::nobody, true);
    // A silent router does not tell what it rejects either.
    if (box == Box::reject) {
      return end(drawn_.routers[where].silent ? Answerer::nobody : Answerer::router, false);
    }
    return false;
  }

  static void add_changes(Box box, int where, std::vector<TrueChange>& changes) {
    const double after = where;
    if (box == Box::dscp) changes.push_back({"DSCP", after});
    if (box == Box::ecn) changes.push_back({"ECN", after});
    if (box == Box::clear_df) changes.push_back({"DF", after});
    if (box == Box::mss) changes.push_back({"MSS", after, false});
    if (box == Box::strip) changes.push_back({"window scale", after, false});
    if (box == Box::strip) changes.push_back({"SACK permitted", after, false});
    if (box == Box::source_nat) changes.push_back({"source address", after});
    if (box == Box::source_nat) changes.push_back({"source port", after});
    if (box == Box::isn) changes.push_back({"sequence number", after});
  }

  std::string host(const std::string& address, std::map<int, int>& states) {
    std::string open;
    std::string closed;
    for (const auto& [port, state] : states) {
      std::string& list = state == 0 ? open : closed;
      if (state == 2) continue;
      list += (list.empty() ? "" : ", ") + std::to_string(port);
    }
    std::string keys = personality();
    if (drawn_.host_ttl && address == boxed_target) {
      for (const char* usual : {", ttl = 128", ", ttl = 255"}) {
        const auto at = keys.find(usual);
        if (at != std::string::npos) keys.erase(at, std::string(usual).size());
      }
      keys += ", ttl = " + std::to_string(*drawn_.host_ttl);
    }
    for (auto at = keys.find(", "); at != std::string::npos; at = keys.find(", ")) {
      keys.replace(at, 2, "\n");
    }
    return "[[host]]\naddress = \"" + address + "\"\nopen = [" + open + "]\nclosed = [" + closed +
           "]" + keys + "\n";
  }

  std::string branch(const std::string& prefix, int hops, std::ostringstream& toml) {
    std::string list;
    for (int i = 1; i <= hops; ++i) {
      const std::string address = "10." + prefix + "." + std::to_string(i) + ".1";
      toml << "[router.b" << prefix << "x" << i << "]\naddress = \"" << address << "\"\n";
      list += (i == 1 ? "\"b" : ", \"b") + prefix + "x" + std::to_string(i) + "\"";
      network_.places[address] = drawn_.fork_at + 0.01 * i;
      network_.long_quote[address] = true;
    }
    return "[" + list + "]";
  }

  void write_router(int hop, std::ostringstream& toml) {
    const DrawnRouter& router = drawn_.routers[hop];
    toml << "[router.r" << hop << "]\naddress = \"" << router.address << "\"\n";
    for (const auto& [key, value] : router.keys) toml << key << " = " << value << "\n";
    network_.addresses[hop] = router.address;
    if (router.silent) return;
    network_.places.emplace(router.address, hop);
    network_.shown.insert(hop);
    network_.long_quote[router.address] = router.long_quote;
  }

  std::string fork(std::ostringstream& toml) {
    const std::string one = branch("1", dice_.below(4), toml);
    const std::string other = branch("2", dice_.below(4), toml);
    const std::string branches = "[" + one + ", " + other + "]";
    if (balances_by_label_ && !drawn_.spread_by_packet) {
      return "{branches = " + branches + ", by = \"label\"}";
    }
    return drawn_.spread_by_packet ? "{branches = " + branches + ", by = \"packet\"}" : branches;
  }

  /// The way of the ports that are passed round, longer than any TTL.
  std::string way_round() const {
    std::string via;
    for (int hop = 1; hop < drawn_.loop.first; ++hop) via += "\"r" + std::to_string(hop) + "\", ";
    for (int i = 0; i < 256; ++i) {
      via += "\"r" + std::to_string(drawn_.loop.first + i % drawn_.loop.routers) + "\", ";
    }
    return "[" + via.substr(0, via.size() - 2) + "]";
  }

  void write() {
    std::ostringstream toml;
    std::ostringstream via;
    for (int i = 1; i <= drawn_.length; ++i) {
      write_router(i, toml);
      via << (i == 1 ? "" : ", ") << "\"r" << i << "\"";
      if (i == other_server_) other_via_ = via.str();
      if (i == drawn_.fork_at) via << ", " << fork(toml);
    }
    toml << host(boxed_target, states_);
    if (drawn_.loop.first != 0) {
      toml << "[[route]]\nto = \"" << boxed_target << "\"\nports = " << port_list(drawn_.loop.ports)
           << "\nvia = " << way_round() << "\n";
    }
    toml << "[[route]]\nto = \"" << boxed_target << "\"\nvia = [" << via.str() << "]\n";
    if (other_server_ != 0) {
      toml << host("10.80.0.5", states_other_) << "[[route]]\nto = \"10.80.0.5\"\nvia = ["
           << other_via_;
      for (int i = 1; i <= other_hops_; ++i) toml << ", \"10.81." << i << ".1\"";
      toml << "]\n";
    }
    network_.toml = toml.str();
  }

  std::map<int, int> random_states() {
    std::map<int, int> states;  // 0: open, 1: closed, 2: silent
    for (int port = first_boxed_port; port <= last_boxed_port; ++port) {
      states[port] = dice_.one_in(8) ? 2 : dice_.below(2);
    }
    return states;
  }

  Dice dice_;
  Situation situation_;
  bool balances_by_label_;  ///< routers of IPv6 hash flow labels
  BoxedNetwork network_;
  DrawnNetwork drawn_{.network = network_};
  int silence_ = dice_.below(3) * 12;                  // percent
  std::map<int, int> states_ = random_states();        // of the target's ports
  std::map<int, int> states_other_ = random_states();  // of the other server's
  int other_server_ = 0;                               // the router that leads ports there; 0: none
  int other_hops_ = 0;
  std::string other_via_;
};

}  // namespace

const std::vector<NamedSituation>& situations() {
  static const std::vector<NamedSituation> all = {
      {"plain", Situation::plain, true},
      {"client-nat", Situation::client_nat, true},
      {"asymmetric-return", Situation::asymmetric_return, true},
      {"loss-and-limits", Situation::loss_and_limits, true},
      {"expiring-rejects", Situation::expiring_rejects, true},
      {"loops", Situation::loops, true},
      {"silent-ranges", Situation::silent_ranges, true},
      {"initial-ttls", Situation::initial_ttls, true},
      {"longer-ways-back", Situation::longer_ways_back, true},
  };
  return all;
}

std::string port_list(const std::set<int>& ports) {
  std::string list;
  for (const int port : ports) list += (list.empty() ? "" : ", ") + std::to_string(port);
  return "[" + list + "]";
}

std::set<int> draw_ports(Dice& dice) {
  std::set<int> ports;
  for (int port = first_boxed_port; port <= last_boxed_port; ++port) {
    if (dice.one_in(2)) ports.insert(port);
  }
  if (ports.empty()) ports.insert(first_boxed_port + dice.below(4));
  return ports;
}

std::string name(Answerer answerer) {
  switch (answerer) {
    case Answerer::target:
      return "target";
    case Answerer::proxy:
      return "proxy";
    case Answerer::forger:
      return "forged-reset";
    case Answerer::other:
      return "other machine";
    case Answerer::router:
      return "router";
    case Answerer::nobody:
      return "nobody";
  }
  return "";
}

BoxedNetwork make_boxed_network(std::uint64_t seed, Situation situation, tracetcp::Family family) {
  if (family == tracetcp::Family::ipv4) return Maker(seed, situation, false).make();
  return in_ipv6(Maker(seed, situation, seed % 2 == 0).make(), seed);
}

}  // namespace simtest
