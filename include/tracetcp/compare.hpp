#pragma once

#include <tracetcp/address.hpp>
#include <tracetcp/number.hpp>

#include <cstdint>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace tracetcp {

/// What a file of --json keeps of a probe.
struct RecordedProbe {
  std::string reply;                  ///< the name of its kind; "none": nothing came
  std::optional<Address> from;        ///< who answered
  std::optional<double> rtt_ms;       ///< empty: unknown
  std::vector<std::uint32_t> labels;  ///< MPLS, the outermost first; empty: none
  std::size_t trace = 0;              ///< which of RecordedPort::elapsed_ms it is of
  std::optional<double> sent_ms;      ///< since that began; empty: unknown
};

/// A field that routers quote otherwise than it was sent.
struct RecordedField {
  std::string field;  ///< e.g. "DSCP"
  bool is_nat = false;
  bool is_sure = false;  ///< certain: several quotes show it, and none contradicts
  std::string quoted;
  std::optional<int> after;              ///< hop; empty: from the start
  std::optional<int> before_ttl;         ///< of the first hop that quotes it changed
  std::optional<Address> before_router;  ///< likewise
};

/// All traces of one port in a file, as far as they can be compared with another file's.
struct RecordedPort {
  Endpoint target;
  std::vector<Endpoint> sources;  ///< each once; port 0: each probe had one of its own
  std::map<int, std::vector<RecordedProbe>> hops;  ///< by TTL
  std::vector<double> elapsed_ms;                  ///< of each trace; 0: unknown
  std::string state;               ///< of the verdict; empty: that of several traces varies
  std::string text;                ///< its sentence
  std::optional<int> ttl;          ///< its hop
  std::optional<Address> from;     ///< who answered there
  std::string answered_by;         ///< where that is at least likely; else empty
  std::optional<int> return_hops;  ///< from there back, by the answer's TTL
  bool cut_short = false;          ///< a trace did not come to its end
  bool contradicted = false;       ///< answers exclude each other
  std::vector<RecordedField> fields;
};

/// The traces in the output of --json, also of --audit; those of one port are one. Lines of other
/// kinds are passed over. Throws Error that names `origin` and the line where it is no JSON of
/// ours.
std::vector<RecordedPort> read_recorded(std::string_view json_lines, const std::string& origin);

enum class ChangeKind : std::uint8_t {
  verdict,
  hop,     ///< another router answers
  length,  ///< the target is nearer or farther
  rtt,     ///< answers take longer, or less long
  mpls,    ///< labels
  nat,     ///< an address or port of the SYN is rewritten, or not any more
  field,   ///< another field is
  port,    ///< the verdict of one of several ports
};

/// The name used in JSON, e.g. "verdict".
std::string_view name(ChangeKind kind);

/// Something that is not as it was.
struct Change {
  ChangeKind kind = ChangeKind::verdict;
  Address target;
  std::vector<Port> ports;  ///< whose traces show it
  std::optional<int> ttl;   ///< of the hop
  std::string before;       ///< empty: nothing
  std::string after;        ///< likewise
  std::string text;         ///< a sentence
};

struct Comparison {
  std::vector<Change> changes;
  std::vector<std::string> notes;  ///< what can't be compared, a sentence each
  std::size_t compared = 0;        ///< ports that are in both
};

/// What changed from one to the other. A pure function.
///
/// - Hops are sets of routers: of two that have one in common none changed, and a hop that is
///   silent in either did not. Where packets of one flow take several paths, or the two traces have
///   different flows, which a load balancer may send over different paths, a change needs enough
///   samples: the probability that all of the old ones took one of two equal paths, and all of the
///   new ones the other, must be below 1e-4. So it is where less than 55 % of the probes to a hop
///   were answered: another way may be silent.
/// - A port became silent where SYNs that go as far as its answer did would have been lost by a
///   chance below 2e-6, by the loss that the traces show, or 5 %. Of an open port it must be below
///   1e-5: a host answers SYNs of one connection seldom, so they are few chances; but routers near
///   it that answered before, or do now, and are silent with it, are others.
/// - Another machine answers where its answers came another way back, too: by their TTL. Who it is,
///   the diagnosis concludes from hops that may be silent in one of the traces.
/// - A field is rewritten otherwise where that is certain in either trace.
/// - RTTs changed from a hop on where the rank test (Mann and Whitney's, stratified by hop) of all
///   answers from there on says so by a chance below 5e-8. Ties count against it.
Comparison compare(std::span<const RecordedPort> before, std::span<const RecordedPort> after);

/// One object on one line, with the line end.
std::string comparison_json(const Comparison& comparison);

/// The sentences, one a line; that nothing changed, where nothing did.
std::string comparison_text(const Comparison& comparison);

}  // namespace tracetcp
