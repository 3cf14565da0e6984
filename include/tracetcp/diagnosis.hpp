#pragma once

#include <tracetcp/address.hpp>
#include <tracetcp/number.hpp>

#include <algorithm>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace tracetcp {

/// How far a conclusion may be relied on.
enum class Confidence : std::uint8_t {
  not_sure,  ///< the evidence does not decide
  likely,    ///< other explanations are rare
  certain,   ///< the packets leave no other explanation that we know of
};

/// The name used in JSON, e.g. "not sure".
std::string_view name(Confidence confidence);

/// Who sent the answer that a verdict rests on.
enum class AnsweredBy : std::uint8_t {
  nobody,        ///< there was none
  target,        ///< the machine that has the target's address
  router,        ///< an ICMP error of a router on the way
  proxy,         ///< a SYN-ACK of something nearer than what answers other ports of that address
  forged_reset,  ///< a RST of something nearer
  unknown,
};

/// The name used in JSON, e.g. "forged-reset".
std::string_view name(AnsweredBy answered_by);

/// A hop on the way, as far as it is known.
struct Place {
  std::optional<Ttl> ttl;
  std::optional<Address> address;

  bool operator==(const Place&) const = default;
};

/// "hop 6 (10.77.6.2)", "hop 6" or "10.77.6.2".
std::string text(const Place& place);

/// One thing that was seen, and the probe that showed it.
struct Observation {
  Port port;  ///< target port of the trace that the probe belongs to
  Ttl ttl;
  std::uint32_t probe = 0;  ///< ProbeId::index
  std::string text;
};

enum class FindingKind : std::uint8_t {
  proxy,           ///< see AnsweredBy
  forged_reset,    ///< see AnsweredBy; or a RST beside, while the SYN goes on
  nat,             ///< addresses or ports are not the ones sent, or it answers from another machine
  change,          ///< another field of the SYN was changed
  ttl_set,         ///< a hop sets the TTL
  loop,            ///< routers pass the SYN to one another until its TTL runs out
  blocked,         ///< dropped silently
  rejected,        ///< answered with an ICMP error
  no_host,         ///< the last hop reports, for another port, that the host does not answer it
  private_source,  ///< perhaps a NAT: our source address is private, and public ones answer it
  rate_limit,      ///< a hop limits, or loses, its own answers
  loss,            ///< packets get lost from some hop on
  path_change,     ///< one flow took several paths
  some_paths,      ///< on some paths the port fares otherwise than on others
  return_path,     ///< the way back is much longer from some hop on
  contradiction,   ///< one SYN got several answers that exclude each other
  stray_answer,    ///< an answer came that an application's TCP ignores, see Stray
};

/// The name used in JSON, e.g. "forged-reset".
std::string_view name(FindingKind kind);

/// Something out of the ordinary on the way of one port.
struct Finding {
  FindingKind kind = FindingKind::change;
  Confidence confidence = Confidence::not_sure;
  Place at;  ///< the hop that does it; of a change: the last that quotes what was sent
  std::optional<Place> before;  ///< the first that shows it, or lies beyond it
  std::string field;            ///< of a change: its name, ...
  std::string sent;             ///< ... the value sent ...
  std::string quoted;           ///< ... and the one quoted
  std::string clause;           ///< one sentence without port and full stop, to follow "Port 80: "
  std::vector<Observation> evidence;
};

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
                       [&](const Finding& finding) { return finding.kind == kind; });
  }

  /// Whether that is who answered, not only as a suspicion.
  [[nodiscard]] bool is_answered_by(AnsweredBy who) const {
    return answered_by == who && confidence != Confidence::not_sure;
  }
};

}  // namespace tracetcp
