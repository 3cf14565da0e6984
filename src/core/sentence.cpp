#include "core/milliseconds.hpp"

#include <tracetcp/trace.hpp>

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

/// Where the diagnosis has it that the port is accepted by a hop or beyond, which need not be the
/// target.
std::optional<Place> accepted_at(const Diagnosis& diagnosis) {
  if (diagnosis.answered_by != AnsweredBy::unknown) return std::nullopt;
  for (const Finding& finding : diagnosis.findings) {
    const bool is_about_it = finding.kind == FindingKind::proxy ||
                             (finding.kind == FindingKind::contradiction && finding.at.ttl);
    if (is_about_it && finding.confidence != Confidence::not_sure) return finding.at;
  }
  return std::nullopt;
}

std::string open_port(const Trace& trace) {
  if (const auto place = accepted_at(trace.diagnosis)) {
    const int port = trace.target.port.value;
    if (trace.verdict.ttl)
      return fmt::format("Port {} is accepted by {} or beyond.", port, text(*place));
    return fmt::format("Port {} is accepted on the way to {}.", port, trace.target.address.text());
  }
  std::string text =
      fmt::format("Port {} is open on {}{}", trace.target.port.value, who(trace), distance(trace));
  if (trace.verdict.rtt) text += fmt::format(", in {} ms", whole_milliseconds(*trace.verdict.rtt));
  return text + ".";
}

std::string closed(const Trace& trace) {
  return fmt::format("Port {} is closed on {} (RST){}.", trace.target.port.value, who(trace),
                     distance(trace));
}

/// Where no finding of its own says so.
std::string forged(const Trace& trace) {
  const std::string place =
      trace.diagnosis.at == Place{} ? "on the way" : "at " + text(trace.diagnosis.at);
  return fmt::format("Port {} is reset {}, not by {}, in whose name the RST is forged.",
                     trace.target.port.value, place, who(trace));
}

std::string rejected(const Trace& trace) {
  const std::optional<Ttl> place = verdict_hop(trace);
  return fmt::format("{}{} rejects port {}: {}.", who(trace),
                     place ? fmt::format(" at hop {}", place->value) : "", trace.target.port.value,
                     icmp_text(trace.verdict.icmp));
}

/// "hop 6 (10.77.6.2)", or nothing where no hop answered.
std::string last_hop(const Verdict& verdict) {
  if (!verdict.ttl) return "";
  const std::string address = verdict.from ? fmt::format(" ({})", verdict.from->text()) : "";
  return fmt::format("hop {}{}", verdict.ttl->value, address);
}

/// Of what came, but is no answer to an application; nullptr: nothing did.
const Stray* stray_answer(const Trace& trace) {
  const auto& all = trace.strays.different();
  const auto found = std::find_if(all.begin(), all.end(), [](const Stray& stray) {
    return may_be_answer(stray.kind) && stray.from.port.value != 0;
  });
  return found == all.end() ? nullptr : &*found;
}

/// ", in a routing loop", of which the finding tells, or nothing.
const char* in_loop(const Trace& trace) {
  return trace.diagnosis.has(FindingKind::loop) ? ", in a routing loop" : "";
}

std::string silent(const Trace& trace) {
  const std::string hop = last_hop(trace.verdict);
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

std::string incomplete(const Trace& trace) {
  const std::string hop = last_hop(trace.verdict);
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

std::string unknown(const Trace& trace) {
  const std::string hop = last_hop(trace.verdict);
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

std::string text(const Translation& translation) {
  const auto& [made, left] = translation;
  std::string text = "sends SYNs";
  if (left.target != made.target) {
    text += fmt::format(" for {} to {}", tracetcp::text(made.target), tracetcp::text(left.target));
  }
  if (left.source != made.source) {
    text += fmt::format("{} from {} instead of {}", left.target == made.target ? "" : ",",
                        tracetcp::text(left.source), tracetcp::text(made.source));
  }
  return text;
}

namespace {

bool is_ipv6(const std::optional<Address>& address) {
  return address && address->family() == Family::ipv6;
}

}  // namespace

std::string text(const Refusal& refusal) {
  const std::string reason = refusal.reason.empty() ? "" : " (" + refusal.reason + ")";
  const std::string on = refusal.interface.empty() ? "" : " on " + refusal.interface;
  switch (refusal.cause) {
    case Refusal::Cause::firewall:
      return fmt::format("a firewall on this machine refuses them{}", reason);
    case Refusal::Cause::no_route:
      return fmt::format("this machine has no route for them{}", reason);
    case Refusal::Cause::no_neighbour:
      return fmt::format("{} does not answer {}{}",
                         refusal.neighbour ? refusal.neighbour->text() : "the next hop",
                         is_ipv6(refusal.neighbour) ? "neighbour solicitations" : "ARP", on);
    case Refusal::Cause::other:
      break;
  }
  return fmt::format("this machine refuses them{}", reason);
}

const Finding* deciding_finding(const Trace& trace) {
  const auto decides = [&](const Finding& finding) {
    if (finding.confidence == Confidence::not_sure) return false;
    switch (trace.verdict.state) {
      case State::open:
        return finding.kind == FindingKind::proxy &&
               trace.diagnosis.is_answered_by(AnsweredBy::proxy);
      case State::closed:
        return finding.kind == FindingKind::forged_reset &&
               trace.diagnosis.is_answered_by(AnsweredBy::forged_reset);
      case State::rejected:
        return finding.kind == FindingKind::rejected;
      case State::silent:
        return finding.kind == FindingKind::blocked || finding.kind == FindingKind::no_host;
      case State::incomplete:
      case State::unknown:
        break;
    }
    return false;
  };
  const auto& findings = trace.diagnosis.findings;
  const auto found = std::find_if(findings.begin(), findings.end(), decides);
  return found == findings.end() ? nullptr : &*found;
}

std::string sentence(const Trace& trace) {
  if (const Finding* finding = deciding_finding(trace)) {
    return fmt::format("Port {}: {}{}.", trace.target.port.value, finding->clause,
                       finding->confidence == Confidence::likely ? " (likely)" : "");
  }
  switch (trace.verdict.state) {
    case State::open:
      return open_port(trace);
    case State::closed:
      return trace.diagnosis.is_answered_by(AnsweredBy::forged_reset) ? forged(trace)
                                                                      : closed(trace);
    case State::rejected:
      return rejected(trace);
    case State::silent:
      return silent(trace);
    case State::incomplete:
      return incomplete(trace);
    case State::unknown:
      return unknown(trace);
  }
  return "";
}

}  // namespace tracetcp
