#include "compare/comparing.hpp"
#include "core/joined.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <cmath>

namespace tracetcp::comparing {
namespace {

constexpr int no_end = 256;
constexpr double almost_never = 1e-4;  // 15 samples of one of two ways
constexpr std::string_view expired = "time-exceeded";

bool is_spread(const RecordedPort& port) {
  return std::any_of(port.hops.begin(), port.hops.end(),
                     [&](const auto& hop) { return routers_at(port, hop.first).size() > 1; });
}

/// Whether both answer, by no router in common.
bool is_other_hop(const Pair& pair, int ttl) {
  const Routers before = routers_at(pair.before, ttl);
  const Routers after = routers_at(pair.after, ttl);
  return !before.empty() && !after.empty() &&
         std::none_of(before.begin(), before.end(),
                      [&](const Address& router) { return after.contains(router); });
}

/// Each probe has a flow of its own where there is no source port.
int flows_of(const RecordedPort& port) {
  int flows = 0;
  for (const Endpoint& source : port.sources) {
    if (source.port.value != 0) {
      ++flows;
      continue;
    }
    std::size_t most = 0;
    for (const auto& [ttl, probes] : port.hops) most = std::max(most, probes.size());
    flows += static_cast<int>(most);
  }
  return flows;
}

/// The TTL from which on the farther half of the hops lies that answer at all.
int farther_half_of(const RecordedPort& port) {
  std::vector<int> answering;
  for (const auto& [ttl, probes] : port.hops) {
    if (answers_at(port, ttl) != 0) answering.push_back(ttl);
  }
  return answering.empty() ? 0 : answering[answering.size() / 2];
}

/// Of probes to hops that answer at all, from that one on; limits of routers count as loss, too.
double loss_of(const RecordedPort& port, int from = 0) {
  double asked = 0;
  double answered = 0;
  for (const auto& [ttl, probes] : port.hops) {
    if (ttl < from) continue;
    const auto came = std::count_if(probes.begin(), probes.end(),
                                    [](const auto& probe) { return probe.reply != "none"; });
    if (came == 0) continue;
    asked += static_cast<double>(probes.size());
    answered += static_cast<double>(came);
  }
  return asked == 0 ? 0 : 1 - answered / asked;
}

/// Whether packets of one flow may take several ways at that TTL although it does not look so: one
/// of them is silent, and few answers came of the others.
bool may_hide_way(const Pair& pair, int ttl) {
  constexpr double least_answered = 0.55;
  const double answered = answers_at(pair.before, ttl) + answers_at(pair.after, ttl);
  return answered <= least_answered * (asked_at(pair.before, ttl) + asked_at(pair.after, ttl));
}

/// Those of one that the other path has nowhere: where a path got longer they only moved on.
Routers gone_from(const RecordedPort& other, const Routers& routers) {
  Routers gone = routers;
  for (const auto& [ttl, probes] : other.hops) {
    for (const Address& router : routers_at(other, ttl)) gone.erase(router);
  }
  return gone;
}

std::optional<Change> changed_hop(const Pair& pair, int ttl) {
  const Routers before = routers_at(pair.before, ttl);
  const Routers after = routers_at(pair.after, ttl);
  const Routers gone = gone_from(pair.after, before);
  const Routers come = gone_from(pair.before, after);
  if (gone.empty() && come.empty()) return std::nullopt;
  Change change{.kind = ChangeKind::hop,
                .ttl = ttl,
                .before = routers_text(gone),
                .after = routers_text(come)};
  if (gone.empty()) {
    change.text = fmt::format("Hop {}: {} is new on the path.", ttl, change.after);
  } else if (come.empty()) {
    change.text = fmt::format("Hop {}: {} is not on the path any more.", ttl, change.before);
  } else {
    change.text = fmt::format("Hop {}: {} instead of {}.", ttl, change.after, change.before);
  }
  return change;
}

bool expires_at(const RecordedPort& port, int ttl) {
  const auto hop = port.hops.find(ttl);
  return hop != port.hops.end() &&
         std::any_of(hop->second.begin(), hop->second.end(),
                     [](const RecordedProbe& probe) { return probe.reply == expired; });
}

/// Whether a router is on both paths, as much farther on the later one.
bool has_moved_by(const Pair& pair, int farther) {
  return std::any_of(pair.before.hops.begin(), pair.before.hops.end(), [&](const auto& hop) {
    const Routers before = routers_at(pair.before, hop.first);
    const Routers after = routers_at(pair.after, hop.first + farther);
    return !before.empty() && before == after && before != routers_at(pair.after, hop.first);
  });
}

/// Where the path got longer a SYN still expires at the TTL that reached the target, or a router is
/// farther, too. That the target did not answer one TTL may be loss.
void compare_lengths(const Pair& pair, std::vector<Change>& changes) {
  const int before = end_of(pair.before);
  const int after = end_of(pair.after);
  if (before == after || before == no_end || after == no_end) return;
  if (pair.spread || !pair.same_flow) return;
  const RecordedPort& longer = before > after ? pair.before : pair.after;
  if (!expires_at(longer, std::min(before, after)) && !has_moved_by(pair, after - before)) return;
  changes.push_back(
      {.kind = ChangeKind::length,
       .ttl = after,
       .before = std::to_string(before),
       .after = std::to_string(after),
       .text = fmt::format("The target is {} hops away instead of {}.", after, before)});
}

}  // namespace

int end_of(const RecordedPort& port) {
  const bool is_reached = port.state == "open" || port.state == "closed";
  return is_reached && port.ttl ? *port.ttl : no_end;
}

Routers routers_at(const RecordedPort& port, int ttl) {
  Routers routers;
  const auto hop = port.hops.find(ttl);
  if (hop == port.hops.end() || ttl >= end_of(port)) return routers;
  for (const RecordedProbe& probe : hop->second) {
    if (probe.reply == expired && probe.from) routers.insert(*probe.from);
  }
  return routers;
}

int asked_at(const RecordedPort& port, int ttl) {
  const auto hop = port.hops.find(ttl);
  return hop == port.hops.end() ? 0 : static_cast<int>(hop->second.size());
}

int answers_at(const RecordedPort& port, int ttl) {
  const auto hop = port.hops.find(ttl);
  if (hop == port.hops.end()) return 0;
  return static_cast<int>(
      std::count_if(hop->second.begin(), hop->second.end(),
                    [](const RecordedProbe& probe) { return probe.reply == expired; }));
}

Pair pair_of(const RecordedPort& before, const RecordedPort& after) {
  constexpr double least_loss = 0.05;
  Pair pair{.before = before, .after = after};
  pair.same_flow = before.sources.size() == 1 && before.sources == after.sources &&
                   before.sources.front().port.value != 0;
  pair.spread = is_spread(before) || is_spread(after);
  pair.flows_before = flows_of(before);
  pair.flows_after = flows_of(after);
  pair.loss = std::max({least_loss, loss_of(before), loss_of(after)});
  pair.far_loss = std::max({pair.loss, loss_of(before, farther_half_of(before)),
                            loss_of(after, farther_half_of(after))});
  return pair;
}

bool may_be_one_path(const Pair& pair) {
  return pair.same_flow ||
         std::none_of(pair.before.hops.begin(), pair.before.hops.end(),
                      [&](const auto& hop) { return is_other_hop(pair, hop.first); });
}

bool shows_other_path(const Pair& pair, int ttl, bool* note) {
  if (!is_other_hop(pair, ttl)) return false;
  const int answers = answers_at(pair.before, ttl) + answers_at(pair.after, ttl);
  if (pair.same_flow && !pair.spread && !may_hide_way(pair, ttl)) return true;
  // One of two ways is taken by all samples of one side, the other by all of the other.
  const int samples = pair.same_flow ? answers : pair.flows_before + pair.flows_after;
  if (std::exp2(1 - samples) < almost_never) return true;
  if (note != nullptr) *note = true;
  return false;
}

void compare_paths(const Pair& pair, Comparison& comparison) {
  const std::size_t known = comparison.changes.size();
  int noted = 0;
  for (const auto& [ttl, probes] : pair.before.hops) {
    bool note = false;
    if (shows_other_path(pair, ttl, &note)) {
      if (auto change = changed_hop(pair, ttl)) comparison.changes.push_back(std::move(*change));
    }
    if (note && noted == 0) noted = ttl;
  }
  compare_lengths(pair, comparison.changes);
  if (noted == 0 || comparison.changes.size() > known) return;
  comparison.notes.push_back(
      pair.same_flow
          ? fmt::format(
                "Hop {} and later may differ: packets of one flow may take several ways, which "
                "more probes (-p 10) would tell from a change.",
                noted)
          : fmt::format("Hop {} and later may differ: the traces left from different source ports, "
                        "which a load balancer may lead elsewhere; --source-port N keeps one.",
                        noted));
}

std::string routers_text(const Routers& routers) {
  std::vector<std::string> texts;
  for (const Address& router : routers) texts.push_back(router.text());
  return joined(texts, ", ");
}

}  // namespace tracetcp::comparing
