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
  std::size_t old_quotes = 0;    ///< from before the place
  int new_hops = 0;              ///< that quote a changed value
  bool is_contradicted = false;  ///< by quotes from the other side of the place
};

/// All quotes of one field at one TTL.
struct QuotingHop {
  std::vector<const Quoted*> old_ones;
  std::vector<const Quoted*> new_ones;
};

std::vector<QuotingHop> quoting_hops(const QuotedField& field, const std::vector<Quoted>& quotes) {
  std::vector<QuotingHop> hops;
  std::optional<Ttl> last;
  for (const Quoted& quoted : quotes) {
    const Reply& reply = *quoted.reply;
    if (!field.read(*reply.sent) || !field.read(*reply.quote)) continue;
    if (quoted.ttl != last) hops.emplace_back();
    last = quoted.ttl;
    const bool is_new = is_changed(field, *reply.sent, *reply.quote);
    (is_new ? hops.back().new_ones : hops.back().old_ones).push_back(&quoted);
  }
  return hops;
}

/// Before which hop a change explains most quotes, and how many it does not.
struct Split {
  std::size_t before = 0;
  std::size_t contradicts = 0;
};

/// Empty: no change explains more of the quotes than none does, or too many contradict.
std::optional<Split> split_of(const std::vector<QuotingHop>& hops) {
  constexpr std::size_t quotes_per_chance = 6;
  std::size_t all = 0;
  std::size_t contradicts = 0;
  for (const QuotingHop& hop : hops) {
    all += hop.old_ones.size() + hop.new_ones.size();
    contradicts += hop.new_ones.size();
  }
  Split best{.before = hops.size(), .contradicts = contradicts};
  for (std::size_t i = hops.size(); i-- > 0;) {
    contradicts = contradicts + hops[i].old_ones.size() - hops[i].new_ones.size();
    // Of two the nearer: chance may hide a change, but makes none.
    if (contradicts <= best.contradicts) best = {.before = i, .contradicts = contradicts};
  }
  if (best.before == hops.size() || best.contradicts * quotes_per_chance > all) return std::nullopt;
  return best;
}

/// Empty where the field does not change for good: a hop that quotes otherwise than those behind
/// it has only its own way to quote. A device that makes up IP ids meets the one that was sent now
/// and then, so one quote alone moves no place.
std::optional<Change> find_change(const QuotedField& field, const std::vector<Quoted>& quotes) {
  const std::vector<QuotingHop> hops = quoting_hops(field, quotes);
  const auto split = split_of(hops);
  if (!split) return std::nullopt;
  Change change{.is_contradicted = split->contradicts > 0};
  for (std::size_t i = 0; i < split->before; ++i) {
    change.old_quotes += hops[i].old_ones.size();
    if (!hops[i].old_ones.empty()) change.last_old = hops[i].old_ones.back();
  }
  for (std::size_t i = split->before; i < hops.size(); ++i) {
    if (hops[i].new_ones.empty()) continue;
    if (change.first_new == nullptr) change.first_new = hops[i].new_ones.front();
    ++change.new_hops;
  }
  if (change.first_new == nullptr) return std::nullopt;
  change.sent = field.read(*change.first_new->reply->sent);
  change.quoted = field.read(*change.first_new->reply->quote);
  return change;
}

/// Where several quotes agree on either side, and none contradicts: one quote alone may show by
/// chance what was sent, one hop alone may have its own way to quote. Quotes with another sequence
/// number are believed, but prove nothing; see Correlator.
bool is_sure(const Change& change) {
  const bool begins_surely = change.last_old == nullptr || change.old_quotes > 1;
  return begins_surely && change.new_hops > 1 && !change.is_contradicted &&
         !change.first_new->reply->isn_rewritten;
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
  Finding finding{.confidence = is_sure(change) ? Confidence::certain : Confidence::likely,
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
