#pragma once

#include <tracetcp/address.hpp>
#include <tracetcp/evidence.hpp>
#include <tracetcp/icmp.hpp>
#include <tracetcp/number.hpp>
#include <tracetcp/reply.hpp>
#include <tracetcp/stray.hpp>
#include <tracetcp/time.hpp>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
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

/// A hop on the way, as far as it is known.
struct Place {
  std::optional<Ttl> ttl;
  std::optional<Address> address;

  bool operator==(const Place&) const = default;
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
  some_paths,      ///< the outcome for the port is not the same on all paths
  return_path,     ///< the way back is much longer from some hop on
  contradiction,   ///< one SYN got several answers that exclude each other
  stray_answer,    ///< an answer came that an application's TCP ignores, see Stray
};

/// The name used in JSON, e.g. "forged-reset".
std::string_view name(FindingKind kind);

/// What can be found, one type for each form of a kind. `name` is the one used in JSON as "form".
/// The hop that does it is Finding::at.
namespace finding {

/// How far another port of the same target gets.
struct OtherPort {
  Port port;
  std::optional<ReplyKind> reply;  ///< that ended its trace; empty: none did
  Ttl ttl;  ///< at which it was answered so; else of the farthest hop that it is known to reach
};

/// Something nearer than the target accepts the connection.
struct Proxy {
  static constexpr FindingKind kind = FindingKind::proxy;
  static constexpr std::string_view name = "proxy";
  Address target;
  bool may_be_here = false;  ///< at hop 1 or on this machine
  OtherPort other;           ///< that gets farther
};

/// The SYN-ACK comes from as far away as the answers of the hop, so from there or beyond.
struct AcceptedByHop {
  static constexpr FindingKind kind = FindingKind::proxy;
  static constexpr std::string_view name = "accepted-by-hop";
};

/// The RST comes from nearer than the target.
struct ForgedReset {
  static constexpr FindingKind kind = FindingKind::forged_reset;
  static constexpr std::string_view name = "forged-reset";
  Address target;
  bool may_be_here = false;  ///< at hop 1 or on this machine
  OtherPort other;           ///< that gets farther
};

/// The RST comes from as far away as the hop, and no other port shows whether the path goes on.
struct ResetFromHop {
  static constexpr FindingKind kind = FindingKind::forged_reset;
  static constexpr std::string_view name = "reset-from-hop";
};

/// A RST to a SYN that goes on.
struct ResetBeside {
  static constexpr FindingKind kind = FindingKind::forged_reset;
  static constexpr std::string_view name = "reset-beside";
  Address target;
  bool is_accepted = false;  ///< a SYN-ACK came, too
};

/// A hop answers as the target and sends the SYN on to another machine.
struct AnswersAsTarget {
  static constexpr FindingKind kind = FindingKind::nat;
  static constexpr std::string_view name = "answers-as-target";
  bool may_be_here = false;  ///< at hop 1 or on this machine
};

/// Another port is answered by another machine at the same distance.
struct OtherMachine {
  static constexpr FindingKind kind = FindingKind::nat;
  static constexpr std::string_view name = "other-machine";
  Port other_port;
};

/// A field of our SYN that routers quote otherwise than it was sent. Finding::at is the last that
/// quotes it as it was sent.
struct FieldChange {
  static constexpr std::string_view name = "field-change";
  Place before;         ///< the first that quotes it changed
  std::string field;    ///< e.g. "IP id"
  std::string sent;     ///< its value, or "none"
  std::string quoted;   ///< likewise
  bool is_nat = false;  ///< it is an address or a port
};

/// A router quotes another TTL than the 1 with which a SYN runs out.
struct QuotedTtl {
  static constexpr FindingKind kind = FindingKind::change;
  static constexpr std::string_view name = "quoted-ttl";
  Ttl quoted;
};

/// The target's answer comes from much farther than its SYN's TTL lets it be.
struct RaisedTtl {
  static constexpr FindingKind kind = FindingKind::ttl_set;
  static constexpr std::string_view name = "raised-ttl";
  Ttl ttl;        ///< of the SYN that was answered
  Ttl reply_ttl;  ///< of the answer, as received
};

/// All SYNs from some TTL on run out at one router.
struct LoweredTtl {
  static constexpr FindingKind kind = FindingKind::ttl_set;
  static constexpr std::string_view name = "lowered-ttl";
  Ttl first;
  Address router;
};

struct Loop {
  static constexpr FindingKind kind = FindingKind::loop;
  static constexpr std::string_view name = "loop";
  Ttl first;                                    ///< of the first hop in it
  std::vector<std::optional<Address>> routers;  ///< in their order; empty: one that does not answer
};

/// Dropped behind Finding::at, the last hop that answers this port.
struct Blocked {
  static constexpr FindingKind kind = FindingKind::blocked;
  static constexpr std::string_view name = "blocked";
  Place before;             ///< the first place beyond that answers another port
  bool from_start = false;  ///< this port was asked from the first hop on
  OtherPort other;
};

struct Rejected {
  static constexpr FindingKind kind = FindingKind::rejected;
  static constexpr std::string_view name = "rejected";
  IcmpNumbers icmp;
};

struct NoHost {
  static constexpr FindingKind kind = FindingKind::no_host;
  static constexpr std::string_view name = "no-host";
  Port other_port;  ///< for which the hop reports it
  IcmpNumbers icmp;
};

/// Finding::at is the last hop with a private address, if there is one.
struct PrivateSource {
  static constexpr FindingKind kind = FindingKind::private_source;
  static constexpr std::string_view name = "private-source";
  Place before;  ///< the first hop with a public address
  Address source;
};

struct RateLimit {
  static constexpr FindingKind kind = FindingKind::rate_limit;
  static constexpr std::string_view name = "rate-limit";
  int answered = 0;
  int asked = 0;
};

/// Finding::at is the last place that loss does not reach.
struct Loss {
  static constexpr FindingKind kind = FindingKind::loss;
  static constexpr std::string_view name = "loss";
  Place before;               ///< the farthest place that it may begin at
  bool is_exact = false;      ///< it begins there and nowhere nearer
  bool may_be_limit = false;  ///< or all hops from there on limit their own answers
  Ttl first;                  ///< from which on the probes are counted that follow
  int answered = 0;
  int asked = 0;
  int answered_before = 0;  ///< of those to nearer hops
  int asked_before = 0;
};

struct PathChange {
  static constexpr FindingKind kind = FindingKind::path_change;
  static constexpr std::string_view name = "path-change";
  Address first;   ///< router at that hop
  Address second;  ///< likewise, later
};

struct SomePaths {
  static constexpr FindingKind kind = FindingKind::some_paths;
  static constexpr std::string_view name = "some-paths";
  std::optional<ReplyKind> reply;  ///< that ends these paths; empty: none comes
  std::uint64_t paths = 0;         ///< that end so
  std::uint64_t of_paths = 0;
  std::optional<ReplyKind> other_reply;  ///< that ends the others
};

struct ReturnPath {
  static constexpr FindingKind kind = FindingKind::return_path;
  static constexpr std::string_view name = "return-path";
  Place before;         ///< the first hop whose answers take the longer way
  int longer_hops = 0;  ///< than the way there grows
};

using Answer = std::variant<evidence::TcpAnswer, evidence::TimeExceeded, evidence::Rejection>;

/// Two answers to one SYN, in the order in which they came.
struct TwoAnswers {
  static constexpr FindingKind kind = FindingKind::contradiction;
  static constexpr std::string_view name = "two-answers";
  Address target;
  Ttl ttl;  ///< of the SYN
  Answer first;
  Answer second;
  Duration apart{};
};

/// One SYN is accepted, a later one refused.
struct AcceptedAndRefused {
  static constexpr FindingKind kind = FindingKind::contradiction;
  static constexpr std::string_view name = "accepted-and-refused";
  Address target;
  Ttl accepted;  ///< TTL of the SYN
  Ttl refused;   ///< likewise
};

struct StrayAnswer {
  static constexpr FindingKind kind = FindingKind::stray_answer;
  static constexpr std::string_view name = "stray-answer";
  Stray stray;
  Endpoint target;  ///< that was asked
};

}  // namespace finding

using FindingData =
    std::variant<finding::FieldChange, finding::QuotedTtl, finding::Proxy, finding::AcceptedByHop,
                 finding::ForgedReset, finding::ResetFromHop, finding::ResetBeside,
                 finding::AnswersAsTarget, finding::OtherMachine, finding::RaisedTtl,
                 finding::LoweredTtl, finding::Loop, finding::Blocked, finding::Rejected,
                 finding::NoHost, finding::PrivateSource, finding::RateLimit, finding::Loss,
                 finding::PathChange, finding::SomePaths, finding::ReturnPath, finding::TwoAnswers,
                 finding::AcceptedAndRefused, finding::StrayAnswer>;

/// Something out of the ordinary on the way of one port. sentences.hpp has it in English.
struct Finding {
  Confidence confidence = Confidence::not_sure;
  Place at;  ///< the hop that does it; of a change: the last that quotes what was sent
  FindingData data;
  std::vector<Observation> evidence;

  [[nodiscard]] FindingKind kind() const;

  /// nullptr: it is of another form.
  template <class Data>
  [[nodiscard]] const Data* as() const {
    return std::get_if<Data>(&data);
  }
};

}  // namespace tracetcp
