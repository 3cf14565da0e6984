#include "compare/comparing.hpp"

#include <fmt/core.h>

#include <algorithm>

namespace tracetcp {
namespace {

using comparing::Pair;

const RecordedPort* port_in(std::span<const RecordedPort> ports, const Endpoint& target) {
  const auto found = std::find_if(ports.begin(), ports.end(),
                                  [&](const RecordedPort& port) { return port.target == target; });
  return found == ports.end() ? nullptr : &*found;
}

bool has_several_ports(std::span<const RecordedPort> ports, const Address& target) {
  return std::count_if(ports.begin(), ports.end(),
                       [&](const RecordedPort& port) { return port.target.address == target; }) > 1;
}

/// Ports of one target share their path, so what changed there is one change; of times only where
/// they begin, as the samples of each port are others.
bool is_same(const Change& one, const Change& other) {
  if (one.kind != other.kind || one.target != other.target || one.ttl != other.ttl) return false;
  if (one.kind == ChangeKind::rtt) return true;
  return one.before == other.before && one.after == other.after && one.text == other.text;
}

void merge(Comparison& into, Comparison&& of_port, const Endpoint& target) {
  for (Change& change : of_port.changes) {
    change.target = target.address;
    const auto known = std::find_if(into.changes.begin(), into.changes.end(),
                                    [&](const Change& one) { return is_same(one, change); });
    if (known != into.changes.end()) {
      known->ports.push_back(target.port);
      continue;
    }
    change.ports = {target.port};
    into.changes.push_back(std::move(change));
  }
  for (const std::string& note : of_port.notes) {
    into.notes.push_back(fmt::format("{}: {}", text(target), note));
  }
}

void note_missing(std::span<const RecordedPort> in, std::span<const RecordedPort> from,
                  const char* where, std::vector<std::string>& notes) {
  for (const RecordedPort& port : in) {
    if (port_in(from, port.target) != nullptr) continue;
    notes.push_back(fmt::format("{} was traced only {}.", text(port.target), where));
  }
}

}  // namespace

std::string_view name(ChangeKind kind) {
  switch (kind) {
    case ChangeKind::verdict:
      return "verdict";
    case ChangeKind::hop:
      return "hop";
    case ChangeKind::length:
      return "length";
    case ChangeKind::rtt:
      return "rtt";
    case ChangeKind::mpls:
      return "mpls";
    case ChangeKind::nat:
      return "nat";
    case ChangeKind::field:
      return "field";
    case ChangeKind::port:
      break;
  }
  return "port";
}

Comparison compare(std::span<const RecordedPort> before, std::span<const RecordedPort> after) {
  Comparison comparison;
  for (const RecordedPort& now : after) {
    const RecordedPort* then = port_in(before, now.target);
    if (then == nullptr) continue;
    ++comparison.compared;
    const Pair pair = comparing::pair_of(*then, now);
    Comparison of_port;
    comparing::compare_verdicts(pair, of_port.changes);
    if (has_several_ports(after, now.target.address)) {
      for (Change& change : of_port.changes) change.kind = ChangeKind::port;
    }
    comparing::compare_paths(pair, of_port);
    comparing::compare_labels(pair, of_port.changes);
    comparing::compare_fields(pair, of_port.changes);
    comparing::compare_times(pair, of_port.changes);
    merge(comparison, std::move(of_port), now.target);
  }
  note_missing(before, after, "before", comparison.notes);
  note_missing(after, before, "now", comparison.notes);
  return comparison;
}

}  // namespace tracetcp
