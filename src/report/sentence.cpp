#include "core/milliseconds.hpp"

#include <tracetcp/sentences.hpp>

#include <fmt/core.h>

#include <algorithm>

namespace tracetcp {

namespace {

std::string who(const Trace& trace) {
  return trace.verdict.from.value_or(trace.target.address).text();
}

/// ", 15 hops away". Where the very first TTL asked got there, the target may be nearer.
std::string distance(const Trace& trace) {
  if (!trace.verdict.ttl) return "";
  const int hops = trace.verdict.ttl->value;
  const bool first = !trace.hops.empty() && trace.hops.front().ttl == *trace.verdict.ttl;
  return fmt::format(", {}{} {} away", first && hops > 1 ? "at most " : "", hops,
                     hops == 1 ? "hop" : "hops");
}

std::string open_port(const Trace& trace, const Names& names) {
  const PathEnd end = path_end(trace);
  if (end.kind == EndKind::accepted) {
    const int port = trace.target.port.value;
    if (trace.verdict.ttl)
      return fmt::format("Port {} is accepted by {} or beyond.", port, text(end.at, names));
    return fmt::format("Port {} is accepted on the way to {}.", port, trace.target.address.text());
  }
  std::string text =
      fmt::format("Port {} is open on {}{}", trace.target.port.value, who(trace), distance(trace));
  if (trace.verdict.rtt) text += fmt::format(", in {} ms", whole_milliseconds(*trace.verdict.rtt));
  return text + ".";
}

std::string closed_port(const Trace& trace) {
  return fmt::format("Port {} is closed on {} (RST){}.", trace.target.port.value, who(trace),
                     distance(trace));
}

/// Where no finding of its own says so.
std::string forged_port(const Trace& trace, const Names& names) {
  const std::string place =
      trace.diagnosis.at == Place{} ? "on the way" : "at " + text(trace.diagnosis.at, names);
  return fmt::format("Port {} is reset {}, not by {}, in whose name the RST is forged.",
                     trace.target.port.value, place, who(trace));
}

std::string rejected_port(const Trace& trace) {
  const std::optional<Ttl> place = verdict_hop(trace);
  return fmt::format("{}{} rejects port {}: {}.", who(trace),
                     place ? fmt::format(" at hop {}", place->value) : "", trace.target.port.value,
                     icmp_text(trace.verdict.icmp));
}

/// "hop 6 (10.77.6.2)", or nothing where no hop answered.
std::string last_hop(const Verdict& verdict, const Names& names) {
  return verdict.ttl ? text(Place{verdict.ttl, verdict.from}, names) : "";
}

/// Of what came, but is no answer to an application; nullptr: nothing did.
const Stray* stray_answer(const Trace& trace) {
  const auto& all = trace.strays.different();
  const auto found = std::find_if(all.begin(), all.end(), [](const Stray& stray) {
    return may_be_answer(stray.kind) && stray.from.port.value != 0;
  });
  return found == all.end() ? nullptr : &*found;
}

/// ", in a routing loop", which a finding describes, or nothing.
const char* in_loop(const Trace& trace) {
  return trace.diagnosis.has(FindingKind::loop) ? ", in a routing loop" : "";
}

std::string silent_port(const Trace& trace, const Names& names) {
  const std::string hop = last_hop(trace.verdict, names);
  if (const Stray* stray = stray_answer(trace)) {
    return fmt::format("No usable answer{}: {}.", hop.empty() ? "" : " beyond " + hop,
                       text(*stray));
  }
  if (may_not_have_left(trace)) {
    return "Nothing answers, and the SYNs may not have left this machine: method connect does not "
           "see them, and a firewall here may drop them.";
  }
  return hop.empty() ? "Nothing answers."
                     : fmt::format("Nothing answers beyond {}{}.", hop, in_loop(trace));
}

std::string incomplete_port(const Trace& trace, const Names& names) {
  const std::string hop = last_hop(trace.verdict, names);
  if (trace.cut_short()) {
    const char* how = trace.interrupted ? "Interrupted" : "Ended by an error";
    return hop.empty() ? fmt::format("{} before anything answered.", how)
                       : fmt::format("{}: {} is the last that answered so far.", how, hop);
  }
  return hop.empty()
             ? "The hop limit was reached."
             : fmt::format("The hop limit was reached: {} still answers{}.", hop, in_loop(trace));
}

/// SYNs to TTLs beyond the last that a hop answered.
std::uint32_t syns_beyond(const Trace& trace) {
  std::uint32_t count = 0;
  for (const Hop& hop : trace.hops) {
    if (trace.verdict.ttl && hop.ttl <= *trace.verdict.ttl) continue;
    count += static_cast<std::uint32_t>(hop.probes.size());
  }
  return count;
}

/// What an application gets, and what to do.
std::string consequence(const Trace& trace, const Refusal& refusal) {
  switch (refusal.cause) {
    case Refusal::Cause::no_neighbour: {
      const bool is_target = refusal.neighbour == trace.target.address;
      return fmt::format(
          ", so an application gets \"No route to host\"; `ip neighbour` shows who answers{}",
          is_target ? "" : ", `ip route` who is the gateway");
    }
    case Refusal::Cause::firewall:
      return "; see `nft list ruleset`";
    case Refusal::Cause::no_route:
      return "; `ip route` and `ip rule` show where packets can go";
    case Refusal::Cause::other:
      break;
  }
  return "";
}

std::string unknown_port(const Trace& trace, const Names& names) {
  const std::string hop = last_hop(trace.verdict, names);
  const std::string nothing = fmt::format("nothing is known of port {}{}", trace.target.port.value,
                                          hop.empty() ? "" : " beyond " + hop);
  if (trace.refusal) {
    return fmt::format("Our SYNs did not leave this machine: {}{}; {}.", text(*trace.refusal),
                       consequence(trace, *trace.refusal), nothing);
  }
  const std::uint32_t syns = syns_beyond(trace);
  const std::string which =
      syns == 1 ? "Our SYN was not seen leaving this machine"
                : fmt::format("None of {} SYNs was seen leaving this machine", syns);
  return fmt::format(
      "{}: a firewall, a route or a NAT of its own may stop or change {}; {}, try "
      "--method connect.",
      which, syns == 1 ? "it" : "them", nothing);
}

}  // namespace

std::string sentence(const Trace& trace, const Names& names) {
  if (const Finding* finding = deciding_finding(trace)) {
    return fmt::format("Port {}: {}{}.", trace.target.port.value, text(*finding, names),
                       finding->confidence == Confidence::likely ? " (likely)" : "");
  }
  switch (trace.verdict.state) {
    case State::open:
      return open_port(trace, names);
    case State::closed:
      return path_end(trace).kind == EndKind::forged_reset ? forged_port(trace, names)
                                                           : closed_port(trace);
    case State::rejected:
      return rejected_port(trace);
    case State::silent:
      return silent_port(trace, names);
    case State::incomplete:
      return incomplete_port(trace, names);
    case State::unknown:
      return unknown_port(trace, names);
  }
  return "";
}

}  // namespace tracetcp
