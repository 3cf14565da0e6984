#include "diagnose/findings.hpp"

#include <algorithm>

namespace tracetcp {
namespace {

/// The higher the more another port's path tells: how far it goes, and whether it has an end.
int worth(const Digest& digest) {
  int worth = 0;
  for (const HopDigest& hop : digest.hops) {
    if (hop.answered > 0) worth = hop.ttl.value * 2;
  }
  if (digest.end && digest.end->exact) worth = std::max(worth, digest.end->ttl.value * 2 + 1);
  return worth;
}

}  // namespace

std::vector<Digest> telling(std::span<const Digest> traces) {
  constexpr std::size_t farthest = 16;
  constexpr std::size_t typical = 16;
  if (traces.size() <= farthest + typical) return {traces.begin(), traces.end()};
  std::vector<const Digest*> order;
  for (const Digest& one : traces) order.push_back(&one);
  std::stable_sort(order.begin(), order.end(),
                   [](const Digest* a, const Digest* b) { return worth(*a) > worth(*b); });
  std::vector<Digest> chosen;
  for (std::size_t i = 0; i < farthest; ++i) chosen.push_back(*order[i]);
  const std::size_t left = order.size() - farthest;
  for (std::size_t i = 0; i < typical; ++i) {
    chosen.push_back(*order[farthest + i * left / typical]);
  }
  return chosen;
}

Diagnosis diagnose(const Digest& one, std::span<const Digest> others) {
  using namespace diagnosing;
  Diagnosis diagnosis;
  diagnosis.path_mtu = one.path_mtu;
  std::vector<const Digest*> controls;
  for (const Digest& other : others) {
    const bool is_other_port = other.target.port != one.target.port;
    if (is_other_port && other.target.address == one.target.address) controls.push_back(&other);
  }
  switch (one.verdict.state) {
    case State::open:
    case State::closed:
      judge_sender(one, controls, diagnosis);
      break;
    case State::rejected:
      judge_rejection(one, diagnosis);
      break;
    case State::silent:
    case State::incomplete:
      judge_silence(one, controls, diagnosis);
      break;
  }
  diagnosis.findings.insert(diagnosis.findings.end(), one.findings.begin(), one.findings.end());
  return diagnosis;
}

}  // namespace tracetcp
