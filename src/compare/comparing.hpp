#pragma once

#include <tracetcp/compare.hpp>

#include <set>
#include <vector>

namespace tracetcp::comparing {

/// Records of one port before and after, and what both have in common.
struct Pair {
  const RecordedPort& before;
  const RecordedPort& after;
  bool same_flow = false;  ///< all probes of both left from one source port
  bool spread = false;     ///< packets of a flow take several ways in either
  int flows_before = 0;    ///< how many flows there are
  int flows_after = 0;
  double loss = 0;      ///< part of the probes that get lost, at least 5 %
  double far_loss = 0;  ///< the same of the farther half of the hops that answer
};

Pair pair_of(const RecordedPort& before, const RecordedPort& after);

/// A chance that is no accident.
inline constexpr double almost_none = 2e-6;

using Routers = std::set<Address>;

/// Who answered on the way at that TTL: time exceeded, nearer than the end of the path.
Routers routers_at(const RecordedPort& port, int ttl);
int answers_at(const RecordedPort& port, int ttl);
/// How many probes were sent with that TTL.
int asked_at(const RecordedPort& port, int ttl);

/// The TTL at which the path ends: the target answers there; 256: it is not known.
int end_of(const RecordedPort& port);

/// Whether different routers at that TTL show another path; `note`: whether they would, were the
/// flows the same.
bool shows_other_path(const Pair& pair, int ttl, bool* note = nullptr);

/// Whether both have one flow, or no hop shows that their paths differ.
bool may_be_one_path(const Pair& pair);

// What changed, one kind each. They add to `changes`, `notes` or both.

void compare_verdicts(const Pair& pair, std::vector<Change>& changes);
void compare_paths(const Pair& pair, Comparison& comparison);
void compare_labels(const Pair& pair, std::vector<Change>& changes);
void compare_fields(const Pair& pair, std::vector<Change>& changes);
void compare_times(const Pair& pair, std::vector<Change>& changes);

/// "10.0.0.1, 10.0.0.2".
std::string routers_text(const Routers& routers);

}  // namespace tracetcp::comparing
