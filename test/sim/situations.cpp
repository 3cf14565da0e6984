// What makes networks hard to read beside their middleboxes: see Situation.

#include "drawn_network.hpp"

#include <algorithm>

namespace simtest {
namespace {

/// A key that the router does not have yet.
bool add_key(DrawnRouter& router, const std::string& key, const std::string& value) {
  return router.keys.emplace(key, value).second;
}

void set_silent(DrawnRouter& router) {
  router.keys["silent"] = "true";
  router.silent = true;
}

/// The client's own router translates, quotes too, and what lies behind has public addresses; or
/// nothing translates although they are public, as in the networks of many companies.
void lay_client_nat(Dice& dice, DrawnNetwork& drawn) {
  const std::vector<std::string> blocks = {"62.30.",  "194.117.", "208.172.", "100.64.",
                                           "198.18.", "192.0.0.", "169.254.", "203.0.113."};
  const int last_private = dice.between(1, std::min(3, drawn.length));
  const std::string& block = dice.one_of(blocks);
  const bool has_two_parts = std::count(block.begin(), block.end(), '.') == 2;
  for (int hop = last_private + 1; hop <= drawn.length; ++hop) {
    const std::string number = std::to_string(hop);
    drawn.routers[hop].address = block + number + (has_two_parts ? ".1" : "");
  }
  const bool translates = !dice.one_in(3);
  if (!translates) return;
  const bool rewrites_id = dice.one_in(2);
  const bool is_added = add_key(drawn.routers[last_private], "nat",
                                std::string("{source = \"198.51.100.77\", source_port = true") +
                                    (rewrites_id ? ", ip_id = true}" : "}"));
  if (!is_added) return;
  drawn.network.translates_source = true;
  if (rewrites_id) drawn.changes.push_back({"IP id", static_cast<double>(last_private)});
}

/// Each answer takes its own way back, longer or shorter than that of the SYN. Of a router that
/// begins with 64 and is k hops nearer on the way back, no more than the TTL tells of it.
void lay_asymmetric_return(Dice& dice, DrawnNetwork& drawn) {
  for (auto& [hop, router] : drawn.routers) {
    if (dice.one_in(2)) continue;
    const int initial = dice.one_in(3) ? 64 : 255;
    const bool shorter = initial == 64 && hop > 1 && dice.one_in(2);
    const int difference = shorter ? -dice.between(1, hop - 1) : dice.between(1, 9);
    router.keys["ttl"] = std::to_string(initial - difference);
  }
  const bool shorter = dice.one_in(2);
  const int difference = shorter ? -dice.between(1, drawn.length) : dice.between(1, 9);
  if (!dice.one_in(3)) drawn.host_ttl = 64 - difference;
}

void lay_loss_and_limits(Dice& dice, DrawnNetwork& drawn) {
  const auto percent = [&](int least, int most) {
    const int share = dice.between(least, most);
    return (share < 10 ? "0.0" : "0.") + std::to_string(share);
  };
  drawn.network.lossy = true;
  const int troubles = dice.between(2, 5);
  for (int i = 0; i < troubles; ++i) {
    DrawnRouter& router = drawn.routers[dice.between(1, drawn.length)];
    switch (dice.below(5)) {
      case 0:
        add_key(router, "loss", percent(5, 30));
        break;
      case 1:
        add_key(router, "loss", "{forward = " + percent(10, 40) + "}");
        break;
      case 2:
        add_key(router, "loss", "{own = " + percent(10, 80) + "}");
        break;
      case 3:
        add_key(router, "icmp_limit",
                "{rate = " + std::to_string(dice.between(1, 4)) +
                    ", burst = " + std::to_string(dice.between(1, 6)) + "}");
        break;
      case 4:
        add_key(router, "police",
                "{rate = " + std::to_string(dice.between(10, 100)) +
                    ", burst = " + std::to_string(dice.between(3, 30)) + "}");
        break;
    }
  }
}

void lay_expiring_rejects(Dice& dice, DrawnNetwork& drawn) {
  const std::vector<std::string> reasons = {"host-unreachable", "net-unreachable",
                                            "admin-prohibited", "port-unreachable"};
  const int rejecting = dice.between(1, 3);
  for (int i = 0; i < rejecting; ++i) {
    const int hop = dice.between(1, drawn.length);
    DrawnRouter& router = drawn.routers[hop];
    const std::string ports = dice.one_in(2) ? "" : "ports = " + port_list(draw_ports(dice)) + ", ";
    const bool is_added =
        add_key(router, "reject",
                "[{" + ports + "expired = true, with = \"" + dice.one_of(reasons) + "\"}]");
    if (is_added) drawn.network.rejects_expired.insert(hop);
  }
}

bool has_box(const DrawnNetwork& drawn, int first, int last) {
  return std::any_of(drawn.boxes.begin(), drawn.boxes.end(),
                     [&](const auto& box) { return box.first >= first && box.first <= last; });
}

/// Routers that a SYN meets again and again; or what only looks so: two routers with one address,
/// packets that are spread over ways of different length.
void lay_loops(Dice& dice, DrawnNetwork& drawn) {
  const int routers = dice.one_of(std::vector{2, 2, 2, 3, 4, 5});
  const int first = dice.between(1, drawn.length);
  const int last = first + routers - 1;
  const bool looks_so = dice.one_in(3);
  if (looks_so && dice.one_in(3)) {
    drawn.fork_at = first;
    drawn.spread_by_packet = true;
    drawn.network.spread_by_packet = true;
    drawn.network.balanced = true;
    return;
  }
  if (looks_so) {
    const int other = first + dice.between(1, 2);
    if (other > drawn.length) return;
    drawn.routers[other].address = drawn.routers[first].address;
    drawn.routers[other].keys["name"] = "\"twin\"";  // only so may two have one address
    drawn.network.ambiguous.insert(drawn.routers[first].address);
    return;
  }
  if (last > drawn.length || has_box(drawn, first, last)) return;
  // A TTL that is set anew in each round would lead the SYN in circles for ever.
  drawn.loop = {.first = first, .routers = routers, .ports = draw_ports(dice)};
  if (dice.one_in(3)) set_silent(drawn.routers[dice.between(first, last)]);
  if (dice.one_in(3)) {
    add_key(drawn.routers[dice.between(first, last)], "icmp_limit",
            "{rate = " + std::to_string(dice.between(1, 5)) +
                ", burst = " + std::to_string(dice.between(3, 10)) + "}");
    drawn.network.lossy = true;
  }
}

void lay_silent_range(Dice& dice, DrawnNetwork& drawn) {
  const int first = dice.between(1, drawn.length - 1);
  const int last = std::min(drawn.length, first + dice.between(1, 7));
  for (int hop = first; hop <= last; ++hop) set_silent(drawn.routers[hop]);
}

/// Not only 64, 128 and 255 are in use.
void lay_initial_ttls(Dice& dice, DrawnNetwork& drawn) {
  const std::vector<int> initial = {30, 32, 60, 64, 100, 128, 200, 255};
  for (auto& [hop, router] : drawn.routers) {
    if (dice.one_in(2)) router.keys["ttl"] = std::to_string(dice.one_of(initial));
  }
  drawn.host_ttl = dice.one_of(initial);
}

void lay_longer_ways_back(Dice& dice, DrawnNetwork& drawn) {
  if (dice.one_in(3)) {  // for the target alone
    drawn.host_ttl = 64 - dice.between(2, 20);
    return;
  }
  const int places = dice.between(1, 3);
  for (int i = 0; i < places; ++i) {
    add_key(drawn.routers[dice.between(1, drawn.length)], "extra_return_hops",
            std::to_string(dice.between(1, 10)));
  }
}

}  // namespace

void lay(Situation situation, Dice& dice, DrawnNetwork& drawn) {
  switch (situation) {
    case Situation::plain:
      break;
    case Situation::client_nat:
      return lay_client_nat(dice, drawn);
    case Situation::asymmetric_return:
      return lay_asymmetric_return(dice, drawn);
    case Situation::loss_and_limits:
      return lay_loss_and_limits(dice, drawn);
    case Situation::expiring_rejects:
      return lay_expiring_rejects(dice, drawn);
    case Situation::loops:
      return lay_loops(dice, drawn);
    case Situation::silent_ranges:
      return lay_silent_range(dice, drawn);
    case Situation::initial_ttls:
      return lay_initial_ttls(dice, drawn);
    case Situation::longer_ways_back:
      return lay_longer_ways_back(dice, drawn);
  }
}

}  // namespace simtest
