#include "middlebox_network.hpp"

#include <random>
#include <set>
#include <sstream>

namespace simtest {

namespace {

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

class Maker {
 public:
  explicit Maker(std::uint64_t seed) : random_(seed) {}

  BoxedNetwork make() {
    length_ = 3 + below(12);
    for (int i = 1; i <= length_; ++i) routers_[i] = plain_router();
    network_.end = length_ + 1;
    if (one_in(3)) add_trouble();
    choose_boxes();
    for (int port = first_boxed_port; port <= last_boxed_port; ++port) walk(port);
    write();
    return network_;
  }

 private:
  int below(int n) { return static_cast<int>(random_() % static_cast<std::uint64_t>(n)); }
  bool one_in(int n) { return below(n) == 0; }

  struct Router {
    std::ostringstream lines;
    bool silent = false;
    bool long_quote = true;
  };

  Router plain_router() {
    Router router;
    router.silent = silence_ > 0 && below(100) < silence_;
    if (router.silent) router.lines << "silent = true\n";
    if (one_in(4)) router.lines << "ttl = 64\n";
    if (one_in(3)) {
      router.lines << "quote = " << (one_in(2) ? 8 : 28) << "\n";
      router.long_quote = false;
    }
    if (one_in(8)) router.lines << "duplicate = 0.3\n";
    return router;
  }

  void add_trouble() {
    const int where = 1 + below(length_);
    switch (below(4)) {
      case 0:
        routers_[where].lines << "loss = 0.0" << 1 + below(9) << "\n";
        network_.lossy = true;
        break;
      case 1:
        routers_[where].lines << "icmp_limit = {rate = " << 1 + below(4)
                              << ", burst = " << 1 + below(6) << "}\n";
        network_.lossy = true;
        break;
      case 2:
        routers_[where].lines << "extra_return_hops = " << 1 + below(6) << "\n";
        break;
      case 3:
        balanced_at_ = where;
        network_.balanced = true;
        break;
    }
  }

  std::string random_ports(std::set<int>& ports) {
    for (int port = first_boxed_port; port <= last_boxed_port; ++port) {
      if (one_in(2)) ports.insert(port);
    }
    if (ports.empty()) ports.insert(first_boxed_port + below(4));
    std::string list;
    for (const int port : ports) list += (list.empty() ? "" : ", ") + std::to_string(port);
    return "[" + list + "]";
  }

  struct Placed {
    Box box = Box::drop;
    std::set<int> ports;
  };

  void choose_boxes() {
    const int boxes = below(3);
    for (int i = 0; i < boxes; ++i) {
      const int where = 1 + below(length_);
      if (boxes_.contains(where)) continue;
      Placed placed{static_cast<Box>(below(static_cast<int>(Box::count))), {}};
      const bool forwards_already = placed.box == Box::forward && other_server_ != 0;
      if (forwards_already) continue;
      const std::string ports = random_ports(placed.ports);
      write_box(routers_[where], placed.box, ports, where);
      boxes_[where] = placed;
    }
  }

  std::string personality() {
    std::string keys;
    if (one_in(3)) keys += std::string(", ttl = ") + (one_in(2) ? "128" : "255");
    if (one_in(3)) keys += ", timestamps = false";
    if (one_in(3)) keys += ", window = 8192, window_scale = false";
    return keys;
  }

  void write_box(Router& router, Box box, const std::string& ports, int where) {
    auto& to = router.lines;
    switch (box) {
      case Box::proxy:
        to << "proxy = {ports = " << ports << personality() << "}\n";
        break;
      case Box::reset:
        to << "reject = [{ports = " << ports << ", with = \"tcp-reset\"}]\n";
        break;
      case Box::early_reset:
        to << "reject = [{ports = " << ports << ", with = \"tcp-reset\", early = true}]\n";
        break;
      case Box::inject:
        to << "inject_reset = {ports = " << ports << ", ttl = " << (one_in(2) ? 64 : 255) << "}\n";
        break;
      case Box::drop:
        to << "drop = " << ports << "\n";
        break;
      case Box::early_drop:
        to << "drop = {ports = " << ports << ", early = true}\n";
        break;
      case Box::reject:
        to << "reject = [{ports = " << ports << "}]\n";
        break;
      case Box::forward:
        other_server_ = where;
        other_hops_ = below(5);
        to << "nat = {ports = " << ports << ", destination = \"10.80.0.5\"}\n";
        break;
      case Box::dscp:
        to << "dscp = " << 1 + below(63) << "\n";
        break;
      case Box::ecn:
        to << "ecn = " << 1 + below(3) << "\n";
        break;
      case Box::clear_df:
        to << "clear_df = true\n";
        break;
      case Box::mss:
        to << "mss = " << 1000 + below(400) << "\n";
        break;
      case Box::strip:
        to << "strip_options = [\"window_scale\", \"sack\"]\n";
        break;
      case Box::source_nat:
        to << "nat = {source = \"203.0.113.9\", source_port = 7, restore_quotes = false}\n";
        break;
      case Box::isn:
        to << "rewrite_isn = {restore_quotes = false}\n";
        break;
      case Box::set_ttl:
        to << "set_ttl = 64\n";
        break;
      case Box::count:
        break;
    }
  }

  /// Follows the SYNs to one port from router to router.
  void walk(int port) {
    PortTruth& truth = network_.ports[port];
    truth.place = network_.end;
    for (const auto& [where, placed] : boxes_) {
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
      return end(routers_[where].silent ? Answerer::nobody : Answerer::router, false);
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
      network_.places[address] = balanced_at_ + 0.01 * i;
      network_.long_quote[address] = true;
    }
    return "[" + list + "]";
  }

  void write() {
    std::ostringstream toml;
    std::ostringstream via;
    for (int i = 1; i <= length_; ++i) {
      const std::string address = "10.0." + std::to_string(i) + ".1";
      toml << "[router.r" << i << "]\naddress = \"" << address << "\"\n" << routers_[i].lines.str();
      via << (i == 1 ? "" : ", ") << "\"r" << i << "\"";
      if (!routers_[i].silent) {
        network_.places[address] = i;
        network_.long_quote[address] = routers_[i].long_quote;
      }
      if (i == other_server_) other_via_ = via.str();
      if (i == balanced_at_) {
        const int first = below(4);
        via << ", [" << branch("1", first, toml) << ", " << branch("2", below(4), toml) << "]";
      }
    }
    toml << host(boxed_target, states_) << "[[route]]\nto = \"" << boxed_target << "\"\nvia = ["
         << via.str() << "]\n";
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
      states[port] = one_in(8) ? 2 : below(2);
    }
    return states;
  }

  std::mt19937_64 random_;
  BoxedNetwork network_;
  int length_ = 0;
  int silence_ = below(3) * 12;  // percent
  std::map<int, Router> routers_;
  std::map<int, Placed> boxes_;
  std::map<int, int> states_ = random_states();
  std::map<int, int> states_other_ = random_states();
  int balanced_at_ = 0;
  int other_server_ = 0;  // the router that leads ports there; 0: none
  int other_hops_ = 0;
  std::string other_via_;
};

}  // namespace

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

BoxedNetwork make_boxed_network(std::uint64_t seed) {
  return Maker(seed).make();
}

}  // namespace simtest
