// Every quote of an ICMP error is compared with the SYN as it left, as far as the quote reaches.

#include "diagnose/findings.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <array>
#include <map>

namespace tracetcp::diagnosing {
namespace {

using Quote = IcmpError::Quote;
using Value = std::optional<std::string>;  ///< empty: the packet does not reach as far

/// One field of the SYN, in words.
struct Field {
  const char* name;
  FindingKind kind;
  Value (*read)(const Quote&);
};

Value decimal(std::uint32_t number) {
  return std::to_string(number);
}

/// An option that is not there is only known to be missing where all options can be read.
template <class Read>
Value option(const Quote& quote, Read read) {
  if (!quote.tcp.rest) return std::nullopt;
  Value value = read(quote.tcp.rest->options);
  if (!value && quote.tcp.rest->options_complete) return "none";
  return value;
}

constexpr auto is_nat = FindingKind::nat;
constexpr auto is_change_of_field = FindingKind::change;

const std::array fields = {
    Field{"source address", is_nat, [](const Quote& q) { return Value(q.ip.source.text()); }},
    Field{"destination address", is_nat,
          [](const Quote& q) { return Value(q.ip.destination.text()); }},
    Field{"source port", is_nat, [](const Quote& q) { return decimal(q.tcp.source.value); }},
    Field{"destination port", is_nat,
          [](const Quote& q) { return decimal(q.tcp.destination.value); }},
    // The code points of RFC 2474 and RFC 3168.
    Field{"DSCP", is_change_of_field, [](const Quote& q) { return decimal(q.ip.tos >> 2U); }},
    Field{"ECN", is_change_of_field, [](const Quote& q) { return decimal(q.ip.tos & 3U); }},
    Field{"IP id", is_change_of_field, [](const Quote& q) { return decimal(q.ip.id.value); }},
    Field{"DF", is_change_of_field,
          [](const Quote& q) { return Value(q.ip.dont_fragment ? "set" : "clear"); }},
    Field{"sequence number", is_change_of_field,
          [](const Quote& q) { return decimal(q.tcp.sequence.value); }},
    Field{"window", is_change_of_field,
          [](const Quote& q) { return q.tcp.rest ? decimal(q.tcp.rest->window) : std::nullopt; }},
    Field{"MSS", is_change_of_field,
          [](const Quote& q) {
            return option(q, [](const auto& o) { return o.mss ? decimal(*o.mss) : std::nullopt; });
          }},
    Field{"window scale", is_change_of_field,
          [](const Quote& q) {
            return option(q, [](const auto& o) {
              return o.window_scale ? decimal(*o.window_scale) : std::nullopt;
            });
          }},
    Field{"SACK permitted", is_change_of_field,
          [](const Quote& q) {
            return option(
                q, [](const auto& o) { return o.sack_permitted ? Value("yes") : std::nullopt; });
          }},
    Field{"timestamp", is_change_of_field,
          [](const Quote& q) {
            return option(q, [](const auto& o) {
              return o.timestamps ? decimal(o.timestamps->value.value) : std::nullopt;
            });
          }},
};

/// Some stacks quote this field in their own byte order.
bool is_swapped_id(const Quote& sent, const Quote& quoted) {
  const unsigned id = quoted.ip.id.value;
  return sent.ip.id.value == ((id << 8U | id >> 8U) & 0xffffU);
}

/// A reply with its probe; all of them quote our SYN.
struct Quoted {
  const Reply* reply;
  Ttl ttl;
  std::uint32_t probe;
};

std::vector<Quoted> quotes_of(const Trace& trace) {
  std::vector<Quoted> quotes;
  for (const Hop& hop : trace.hops) {
    for (const ProbeRecord& probe : hop.probes) {
      for (const Reply& reply : probe.replies) {
        if (reply.quote && reply.sent) quotes.push_back({&reply, hop.ttl, probe.index});
      }
    }
  }
  return quotes;
}

Place place_of_quote(const Quoted& quoted) {
  return {.ttl = quoted.ttl, .address = quoted.reply->from};
}

/// Where one field changes.
struct Change {
  const Quoted* last_old = nullptr;  ///< nullptr: nobody quotes the value that was sent
  const Quoted* first_new = nullptr;
  Value sent;
  Value quoted;
  int hops = 0;  ///< that quote a changed value
};

/// Empty where the field does not change for good: a hop that quotes otherwise than those behind
/// it has only its own way to quote.
std::optional<Change> find_change(const Field& field, const std::vector<Quoted>& quotes) {
  Change change;
  Ttl last_new{};
  for (const Quoted& quoted : quotes) {
    const Value sent = field.read(*quoted.reply->sent);
    const Value now = field.read(*quoted.reply->quote);
    if (!sent || !now) continue;
    const bool is_id = std::string_view(field.name) == "IP id";
    if (*sent == *now || (is_id && is_swapped_id(*quoted.reply->sent, *quoted.reply->quote))) {
      change = {.last_old = &quoted};
      last_new = {};
      continue;
    }
    if (change.first_new == nullptr) {
      change.first_new = &quoted;
      change.sent = sent;
      change.quoted = now;
    }
    if (quoted.ttl != last_new) ++change.hops;
    last_new = quoted.ttl;
  }
  if (change.first_new == nullptr) return std::nullopt;
  // Both at one hop: some of its probes are quoted so, others not.
  if (change.last_old != nullptr && change.last_old->ttl == change.first_new->ttl)
    return std::nullopt;
  return change;
}

Observation seen(const Trace& trace, const Quoted& quoted, const Field& field) {
  return {.port = trace.target.port,
          .ttl = quoted.ttl,
          .probe = quoted.probe,
          .text = fmt::format("{} quotes {} {}", quoted.reply->from.text(), field.name,
                              field.read(*quoted.reply->quote).value_or("nothing"))};
}

Finding finding_of(const Trace& trace, const Field& field, const Change& change) {
  // Quotes with another sequence number are believed, but prove nothing; see Correlator.
  const bool is_sure = change.hops > 1 && !change.first_new->reply->isn_rewritten;
  Finding finding{.kind = field.kind,
                  .confidence = is_sure ? Confidence::certain : Confidence::likely};
  finding.field = field.name;
  finding.sent = *change.sent;
  finding.quoted = *change.quoted;
  finding.before = place_of_quote(*change.first_new);
  if (change.last_old != nullptr) {
    finding.at = place_of_quote(*change.last_old);
    finding.evidence.push_back(seen(trace, *change.last_old, field));
  }
  finding.evidence.push_back(seen(trace, *change.first_new, field));
  const std::string where =
      change.last_old == nullptr
          ? "before " + text(*finding.before)
          : fmt::format("between {} and {}", text(finding.at), text(*finding.before));
  finding.clause =
      fmt::format("{} changed from {} to {} {}", field.name, finding.sent, finding.quoted, where);
  return finding;
}

/// The TTL with which a SYN runs out is 1; a router that passes on 0 makes the next one answer
/// twice. More than 1 comes from routers that quote the packet as they had sent it.
std::optional<Finding> find_odd_ttl(const Trace& trace, const std::vector<Quoted>& quotes) {
  for (const Quoted& quoted : quotes) {
    const Ttl ttl = quoted.reply->quote->ip.ttl;
    if (quoted.reply->kind != ReplyKind::time_exceeded || ttl == Ttl{1}) continue;
    Finding finding{.kind = FindingKind::change, .confidence = Confidence::not_sure};
    finding.field = "TTL";
    finding.sent = "1";
    finding.quoted = std::to_string(ttl.value);
    finding.before = finding.at = place_of_quote(quoted);
    finding.clause = fmt::format("{} quotes TTL {} where 1 is due", text(finding.at), ttl.value);
    finding.evidence.push_back(
        {.port = trace.target.port,
         .ttl = quoted.ttl,
         .probe = quoted.probe,
         .text = fmt::format("{} quotes TTL {}", quoted.reply->from.text(), ttl.value)});
    return finding;
  }
  return std::nullopt;
}

}  // namespace

std::vector<Finding> find_changes(const Trace& trace) {
  std::vector<Finding> findings;
  const auto quotes = quotes_of(trace);
  if (quotes.empty()) return findings;
  for (const Field& field : fields) {
    if (const auto found = find_change(field, quotes)) {
      findings.push_back(finding_of(trace, field, *found));
    }
  }
  if (auto odd = find_odd_ttl(trace, quotes)) findings.push_back(std::move(*odd));
  return findings;
}

std::optional<Finding> find_translated_answers(const Trace& trace) {
  for (const Hop& hop : trace.hops) {
    for (const ProbeRecord& probe : hop.probes) {
      for (const Reply& reply : probe.replies) {
        if (reply.kind != ReplyKind::time_exceeded || reply.from != trace.target.address) continue;
        Finding finding{.kind = FindingKind::nat, .confidence = Confidence::certain};
        finding.at = {.ttl = hop.ttl, .address = reply.from};
        // To sockets the kernel names who its own NAT makes of the sender, from the first hop on.
        const bool may_be_here = hop.ttl == Ttl{1} && !reply.quote;
        if (may_be_here) finding.at = {};
        finding.clause =
            may_be_here
                ? "routers answer as the target itself: a NAT on this machine or at hop 1 leads "
                  "the SYN to another machine and hides their addresses"
                : fmt::format(
                      "{} answers as the target itself and sends the SYN on: it is led to another "
                      "machine there",
                      text(finding.at));
        finding.evidence.push_back({.port = trace.target.port,
                                    .ttl = hop.ttl,
                                    .probe = probe.index,
                                    .text = "time-exceeded from " + reply.from.text()});
        return finding;
      }
    }
  }
  return std::nullopt;
}

}  // namespace tracetcp::diagnosing
