#pragma once

#include <tracetcp/diagnose.hpp>

#include <optional>
#include <span>
#include <vector>

namespace tracetcp::diagnosing {

struct Outline;

// One file per question; all are pure functions.

// --- what the answers of one trace show by themselves ---

/// changes.cpp: what of our SYNs the routers quote otherwise than it was sent.
std::vector<Finding> find_changes(const Trace& trace);

/// changes.cpp: a hop that answers under the target's address and passes the SYN on translates it.
std::optional<Finding> find_translated_answers(const Trace& trace);

/// notes.cpp: RSTs although the SYN went on.
std::optional<Finding> find_resets_beside(const Trace& trace, const Digest& digest);

/// A RST to a SYN that ran out at a hop: it was forged before that, or there. nullptr: there is
/// none.
const Reply* reset_beside(const ProbeRecord& probe);

/// contradiction.cpp: several answers to one SYN of which one excludes the other.
std::optional<Contradiction> contradiction_of(const Trace& trace);
std::optional<Finding> find_contradiction(const Trace& trace, const Digest& digest);

/// notes.cpp: one flow, several paths; hops that limit or lose their own answers; a way back that
/// becomes much longer; a TTL that is set on the way.
std::vector<Finding> find_notes(const Trace& trace, const Digest& digest, const Outline& outline);

/// loops.cpp: hops that come again and again until no more were asked.
std::optional<Finding> find_loop(const Digest& digest);

/// loss_begins.cpp: the hop from which on significantly more probes are unanswered.
std::optional<Finding> find_loss(const Digest& digest);

/// reach.cpp: see Digest.
bool reach_varies(const Trace& trace, const Digest& digest, const Outline& outline);

/// reach.cpp: how sure a conclusion from distances can be: certain only where nothing in any of the
/// traces shows that packets of one flow take several ways.
Confidence most_sure_of_distances(const Digest& one, std::span<const Digest* const> others);

/// reach.cpp: what is placed by distances is no surer than these are.
void limit_places(std::vector<Finding>& findings, Confidence most);

/// strays.cpp: answers that an application's TCP ignores, where no other came.
std::vector<Finding> find_stray_answers(const Trace& trace);

/// some_paths.cpp: ends that only some of all paths have, see Trace::paths.
std::vector<Finding> find_some_paths(const Trace& trace);

// --- what several traces to one target show together ---

/// How the path of one port compares with that of another.
struct Comparison {
  const Digest* other = nullptr;
  int common = 0;           ///< the highest TTL whose hop is on the other's path too; 0: none
  int shift = 0;            ///< by how much the TTL of that hop is higher there
  bool same_until = false;  ///< beyond that hop no answer shows that the paths differ
};

/// Whether the two hops have answered from the same address.
bool share_address(const HopDigest& one, const HopDigest& other);

/// Compares as far as the hops with TTLs below `end`.
Comparison compare(const Digest& one, const Digest& other, int end);

/// The highest TTL that the other's path is known to reach, in the TTLs of the one compared.
int known_length(const Comparison& comparison);

/// who_answered.cpp: for open and closed ports.
void judge_sender(const Digest& one, std::span<const Digest* const> others, Diagnosis& diagnosis);

/// blocked.cpp: for silent and rejected ports.
void judge_silence(const Digest& one, std::span<const Digest* const> others, Diagnosis& diagnosis);
void judge_rejection(const Digest& one, std::span<const Digest* const> others,
                     Diagnosis& diagnosis);

/// notes.cpp: whether all hops before that TTL answered, each from as far as its TTL says.
bool is_symmetric(const Digest& digest, int end);

/// Where a hop with that TTL is, as far as this path or the other one shows it.
Place place_of(const Digest& one, int ttl);
Place place_of(const Digest& one, int ttl, const Comparison& comparison);

}  // namespace tracetcp::diagnosing
