#include "random_network.hpp"

#include <random>
#include <sstream>

namespace simtest {

namespace {

enum class Fate { open, closed, silent, dropped, rejected, reset, proxied };

std::string router_address(int hop) {
  return "10.0." + std::to_string(hop) + ".1";
}

}  // namespace

RandomNetwork make_network(std::uint64_t seed) {
  std::mt19937_64 random(seed);
  const auto below = [&](std::uint64_t n) { return static_cast<int>(random() % n); };
  const int length = 1 + below(25);  // routers
  const auto fate = static_cast<Fate>(below(7));
  const bool on_the_way = fate >= Fate::dropped;
  const int where = 1 + below(static_cast<std::uint64_t>(length));  // the router that does it
  const int silent_percent = below(3) * 20;

  std::ostringstream toml;
  std::ostringstream via;
  RandomNetwork network;
  std::string last_that_answers = "- -";
  const bool rtt_grows = below(2) == 0;
  for (int hop = 1; hop <= length; ++hop) {
    const bool silent = below(100) < silent_percent;
    toml << "[router.r" << hop << "]\naddress = \"" << router_address(hop) << "\"\n";
    toml << "rtt = " << (rtt_grows ? hop * (1 + below(8)) : 1 + below(50)) << "\n";
    if (silent) toml << "silent = true\n";
    if (below(3) == 0) toml << "quote = 8\n";
    if (below(5) == 0) toml << "mpls = [" << 16 + below(1000) << "]\n";
    if (below(6) == 0) toml << "duplicate = 0.5\n";
    if (hop == where && on_the_way) {
      if (fate == Fate::dropped) toml << "drop = [80]\n";
      if (fate == Fate::rejected) toml << "reject = [{ports = [80]}]\n";
      if (fate == Fate::reset) toml << "reject = [{ports = [80], with = \"tcp-reset\"}]\n";
      if (fate == Fate::proxied) toml << "proxy = [80]\n";
    }
    via << (hop == 1 ? "" : ", ") << "\"r" << hop << "\"";
    // A proxy takes the SYN before its TTL runs out; the others act when they pass it on.
    const bool gets_here = !on_the_way || hop < where || (hop == where && fate != Fate::proxied);
    if (!gets_here) continue;
    if (hop > 1) network.hops += ", ";
    network.hops += std::to_string(hop) + " " + (silent ? "-" : router_address(hop));
    if (!silent) last_that_answers = std::to_string(hop) + " " + router_address(hop);
  }
  toml << "[[host]]\naddress = \"" << random_target << "\"\n";
  if (fate == Fate::open) toml << "open = [80]\n";
  if (fate == Fate::closed) toml << "closed = [80]\n";
  if (below(4) == 0) toml << "timestamps = false\n";
  toml << "[[route]]\nto = \"" << random_target << "\"\nvia = [" << via.str()
       << "]\nrtt = " << length * 5 + below(100) << "\n";
  network.toml = toml.str();

  const std::string end = std::to_string(length + 1) + " " + random_target;
  const std::string behind = std::to_string(where + 1) + " ";
  switch (fate) {
    case Fate::open:
      network.verdict = "open " + end;
      break;
    case Fate::closed:
      network.verdict = "closed " + end;
      break;
    case Fate::silent:
    case Fate::dropped:
      network.verdict = "silent " + last_that_answers;
      break;
    case Fate::rejected:
      network.verdict = "rejected " + behind + router_address(where);
      break;
    case Fate::reset:
      network.verdict = "closed " + behind + random_target;
      break;
    case Fate::proxied:
      network.verdict = "open " + std::to_string(where) + " " + random_target;
      break;
  }
  // Silent routers don't report what they reject either, so nothing is heard of it.
  const bool rejects_silently =
      fate == Fate::rejected && network.hops.ends_with(std::to_string(where) + " -");
  if (rejects_silently) network.verdict = "silent " + last_that_answers;
  if (network.verdict.starts_with("silent")) {  // what is asked beyond stays dark
    for (int hop = (on_the_way ? where : length) + 1; hop <= 30; ++hop) {
      network.hops += ", " + std::to_string(hop) + " -";
    }
  }
  return network;
}

}  // namespace simtest
