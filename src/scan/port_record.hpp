#pragma once

#include <tracetcp/boxed.hpp>
#include <tracetcp/departure.hpp>
#include <tracetcp/engine.hpp>
#include <tracetcp/reply.hpp>
#include <tracetcp/stray.hpp>
#include <tracetcp/trace.hpp>

#include <array>
#include <cstdint>
#include <optional>

namespace tracetcp {

/// How many tries of a port can be distinguished: each takes a source port of its own.
inline constexpr int scan_most_tries = 10;

/// The probes of a port are numbered by their lanes, each of which is a source port of the scan.
/// Those below scan_most_tries are for the tries in turn, those from there on for controls.
using Lane = std::uint8_t;

/// What answered one try of a port: what reports show of a Reply, in little memory.
struct PortAnswer {
  Lane lane = 0;  ///< of the SYN that it answers
  ReplyKind kind = ReplyKind::rst;
  IcmpNumbers icmp;
  std::optional<Ttl> ttl;  ///< of the reply itself, as received
  Address from;
  TimePoint time;  ///< capture stamp
};

/// What is known of a port under way.
struct PortRecord {
  Port port;
  std::uint8_t tries = 0;
  std::uint8_t void_tries = 0;  ///< of them: not counted, as too much was lost when they were sent
  bool settled = false;         ///< certain: it may be handed over
  TimePoint settled_at;         ///< where it is
  /// When the last scan_most_tries of them were sent, each in the place of its lane.
  std::array<TimePoint, scan_most_tries> asked{};
  std::optional<PortAnswer> answer;
  std::optional<PortAnswer> contradiction;  ///< a later one to the same SYN, of another kind
  Boxed<Strays> strays;                     ///< that came before it
  std::uint16_t seen_lanes = 0;             ///< a bit for each whose SYN was seen leaving
  Boxed<Translation> translation;           ///< of the last by the NAT of this machine

  [[nodiscard]] Departure departure(std::size_t lane) const {
    if ((seen_lanes >> lane & 1U) == 0) return Departure::unseen;
    return translation ? Departure::translated : Departure::as_made;
  }

  /// The lane of the next try.
  [[nodiscard]] Lane next_lane() const { return static_cast<Lane>(tries % scan_most_tries); }
};

/// The same as a trace of one hop. Of a silent port `probes` SYNs are shown, however often it was
/// asked.
Trace trace_of(const PortRecord& record, const Job& job, Ttl ttl, int probes);

}  // namespace tracetcp
