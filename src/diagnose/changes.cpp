// Every quote of an ICMP error is compared with the SYN as it left, as far as the quote reaches.

#include "diagnose/findings.hpp"
#include "diagnose/quoted_fields.hpp"

#include <algorithm>
#include <map>

namespace tracetcp::diagnosing {
namespace {

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
  const Quoted* last_old = nullptr;  ///< nullptr: no hop quotes the value that was sent
  const Quoted* first_new = nullptr;
  QuotedField::Value sent;
  QuotedField::Value quoted;
  int hops = 0;  ///< that quote a changed value
};

/// Empty where the field does not change for good: a hop that quotes otherwise than those behind
/// it has only its own way to quote.
std::optional<Change> find_change(const QuotedField& field, const std::vector<Quoted>& quotes) {
  Change change;
  Ttl last_new{};
  for (const Quoted& quoted : quotes) {
    const QuotedField::Value sent = field.read(*quoted.reply->sent);
    const QuotedField::Value now = field.read(*quoted.reply->quote);
    if (!sent || !now) continue;
    if (!is_changed(field, *quoted.reply->sent, *quoted.reply->quote)) {
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

Observation seen(const Trace& trace, const Quoted& quoted, const QuotedField& field) {
  return {.port = trace.target.port,
          .ttl = quoted.ttl,
          .probe = quoted.probe,
          .seen = evidence::Quoted{.from = quoted.reply->from,
                                   .field = field.name,
                                   .value = field.read(*quoted.reply->quote).value_or("nothing")}};
}

Finding finding_of(const Trace& trace, const QuotedField& field, const Change& change) {
  // Quotes with another sequence number are believed, but prove nothing; see Correlator.
  const bool is_sure = change.hops > 1 && !change.first_new->reply->isn_rewritten;
  Finding finding{.confidence = is_sure ? Confidence::certain : Confidence::likely,
                  .data = finding::FieldChange{.before = place_of_quote(*change.first_new),
                                               .field = field.name,
                                               .sent = *change.sent,
                                               .quoted = *change.quoted,
                                               .is_nat = field.kind == FindingKind::nat}};
  if (change.last_old != nullptr) {
    finding.at = place_of_quote(*change.last_old);
    finding.evidence.push_back(seen(trace, *change.last_old, field));
  }
  finding.evidence.push_back(seen(trace, *change.first_new, field));
  return finding;
}

/// The TTL with which a SYN runs out is 1; a router that passes on 0 makes the next one answer
/// twice. More than 1 comes from routers that quote the packet as they had sent it.
std::optional<Finding> find_odd_ttl(const Trace& trace, const std::vector<Quoted>& quotes) {
  for (const Quoted& quoted : quotes) {
    const Ttl ttl = quoted.reply->quote->ip.ttl;
    if (quoted.reply->kind != ReplyKind::time_exceeded || ttl == Ttl{1}) continue;
    return Finding{.confidence = Confidence::not_sure,
                   .at = place_of_quote(quoted),
                   .data = finding::QuotedTtl{ttl},
                   .evidence = {{.port = trace.target.port,
                                 .ttl = quoted.ttl,
                                 .probe = quoted.probe,
                                 .seen = evidence::Quoted{.from = quoted.reply->from,
                                                          .field = "TTL",
                                                          .value = std::to_string(ttl.value)}}}};
  }
  return std::nullopt;
}

}  // namespace

std::vector<Finding> find_changes(const Trace& trace) {
  std::vector<Finding> findings;
  const auto quotes = quotes_of(trace);
  if (quotes.empty()) return findings;
  for (const QuotedField& field : quoted_fields()) {
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
        Finding finding{.confidence = Confidence::certain,
                        .at = {.ttl = hop.ttl, .address = reply.from}};
        // To sockets the kernel names who its own NAT makes of the sender, from the first hop on.
        const bool may_be_here = hop.ttl == Ttl{1} && !reply.quote;
        if (may_be_here) finding.at = {};
        finding.data = finding::AnswersAsTarget{.may_be_here = may_be_here};
        finding.evidence.push_back({.port = trace.target.port,
                                    .ttl = hop.ttl,
                                    .probe = probe.index,
                                    .seen = evidence::TimeExceeded{.from = reply.from}});
        return finding;
      }
    }
  }
  return std::nullopt;
}

}  // namespace tracetcp::diagnosing
