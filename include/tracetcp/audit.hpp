#pragma once

#include <tracetcp/names.hpp>
#include <tracetcp/sentences.hpp>
#include <tracetcp/trace.hpp>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace tracetcp {

/// What a policy says of a port.
enum class Claim : std::uint8_t {
  open,
  closed,
  blocked,
  reachable,  ///< open or closed: the way there is clear
};

/// The word that policies use, e.g. "open".
std::string_view name(Claim claim);

/// What one port must be.
struct Rule {
  Claim claim = Claim::open;
  /// Of a block: the last router that answered, or who rejected or reset the SYN. Else: who
  /// answered. Empty: anybody.
  std::optional<Address> at;
};

enum class RuleOutcome : std::uint8_t { holds, fails, unknown };

/// The name used in JSON, e.g. "fails".
std::string_view name(RuleOutcome outcome);
/// The same in words, e.g. "does not hold".
std::string_view text(RuleOutcome outcome);

/// Of several outcomes that of all of them: one that fails is enough, then one that is unknown.
RuleOutcome worse(RuleOutcome one, RuleOutcome other);

/// What a trace shows of the way to its port.
enum class Way : std::uint8_t {
  clear,    ///< the target itself answered: open or closed
  blocked,  ///< silent twice, rejected, or reset by something else
  unknown,
};

/// Why a rule can't be decided by a trace.
enum class Undecided : std::uint8_t {
  no,                 ///< it is decided
  cut_short,          ///< the trace did not come to its end
  not_seen_leaving,   ///< no SYN was seen leaving this machine
  hops_left,          ///< the hop limit was reached while hops still answered
  silent_once,        ///< no TTL beyond the last hop was asked twice
  contradiction,      ///< answers exclude each other
  reset_by_somebody,  ///< the RST may be another's than the target's
  proxy,              ///< something nearer accepts the connection
  no_place,           ///< it is blocked, and the place has no known address
};

/// What a rule comes to.
struct Judgement {
  RuleOutcome outcome = RuleOutcome::unknown;
  Way way = Way::unknown;
  Undecided undecided = Undecided::no;
  std::vector<Address> at;  ///< who blocks, or answers: any address of that hop
  bool elsewhere = false;   ///< the rule fails by Rule::at alone
};

/// Holds a trace, with its diagnosis, to a rule. `silent_before`: how many traces of this port
/// were silent before this one. A pure function.
Judgement judge(const Rule& rule, const Trace& trace, int silent_before = 0);

/// How often the hop beyond the last that answered, of those that were asked most, stayed silent.
int rounds_of_silence(const Trace& trace);

/// Why: the verdict's sentence with hop and address, and what it means for the rule where that is
/// more.
std::string sentence(const Judgement& judgement, const Rule& rule, const Trace& trace,
                     const Names& names = no_names());

}  // namespace tracetcp
