#pragma once

#include <tracetcp/finding.hpp>

#include <algorithm>
#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

namespace tracetcp {

/// Who sent the answer that a verdict rests on.
enum class AnsweredBy : std::uint8_t {
  none,          ///< no SYN-ACK, RST or ICMP error ended the path; "nobody" in JSON
  target,        ///< the machine that has the target's address
  router,        ///< an ICMP error of a router on the way
  proxy,         ///< a SYN-ACK of something nearer than what answers other ports of that address
  forged_reset,  ///< a RST of something nearer
  unknown,
};

/// The name used in JSON, e.g. "forged-reset".
std::string_view name(AnsweredBy answered_by);

/// What the answers to one port amount to beyond its state.
struct Diagnosis {
  AnsweredBy answered_by = AnsweredBy::unknown;
  Confidence confidence = Confidence::not_sure;
  Place at;  ///< where the answer came from; silent: the last hop that answered
  std::vector<Observation> evidence;
  std::optional<int> return_hops;         ///< of the answer, estimated from its TTL
  std::optional<std::uint16_t> path_mtu;  ///< bytes
  std::vector<Finding> findings;

  /// Whether there is a finding of that kind, however sure.
  [[nodiscard]] bool has(FindingKind kind) const {
    return std::any_of(findings.begin(), findings.end(),
                       [&](const Finding& finding) { return finding.kind() == kind; });
  }

  /// Whether that is who answered, not only as a suspicion.
  [[nodiscard]] bool is_answered_by(AnsweredBy who) const {
    return answered_by == who && confidence != Confidence::not_sure;
  }
};

}  // namespace tracetcp
