#include "diagnose/findings.hpp"

namespace tracetcp {

Diagnosis diagnose(const Digest& one, std::span<const Digest> others) {
  std::vector<const Digest*> all;
  all.reserve(others.size());
  for (const Digest& other : others) all.push_back(&other);
  return diagnose_beside(one, all);
}

Diagnosis diagnose_beside(const Digest& one, std::span<const Digest* const> others) {
  using namespace diagnosing;
  Diagnosis diagnosis;
  diagnosis.path_mtu = one.path_mtu;
  std::vector<const Digest*> controls;
  for (const Digest* other : others) {
    const bool is_other_port = other->target.port != one.target.port;
    const bool is_same_host =
        other->target.address == one.target.address && other->led_to == one.led_to;
    if (is_other_port && is_same_host) controls.push_back(other);
  }
  switch (one.verdict.state) {
    case State::open:
    case State::closed:
      judge_sender(one, controls, diagnosis);
      break;
    case State::rejected:
      judge_rejection(one, controls, diagnosis);
      break;
    case State::silent:
    case State::incomplete:
    case State::unknown:
      judge_silence(one, controls, diagnosis);
      break;
  }
  if (!one.findings.empty()) {
    auto own = one.findings;
    limit_places(own, most_sure_of_distances(one, controls));
    diagnosis.findings.insert(diagnosis.findings.end(), own.begin(), own.end());
  }
  return diagnosis;
}

}  // namespace tracetcp
