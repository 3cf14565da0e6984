#include "scoring.hpp"

#include <tracetcp/sentences.hpp>

#include <algorithm>
#include <optional>

namespace simtest {

using namespace tracetcp;

namespace {

std::optional<double> position(const BoxedNetwork& network, const Place& place) {
  if (place.address) {
    if (place.address->text() == network.target) return network.end;
    if (!network.ambiguous.contains(place.address->text())) {
      const auto known = network.places.find(place.address->text());
      return known == network.places.end() ? std::nullopt : std::optional(known->second);
    }
  }
  if (!place.ttl || network.balanced) return std::nullopt;
  return place.ttl->value;
}

bool is_at(const BoxedNetwork& network, const Place& place, double truth) {
  const auto where = position(network, place);
  return !where || *where == truth;
}

/// Whether another port's SYNs show that the path goes on behind the place of this answer, from a
/// hop that both have in common.
bool others_go_on(const BoxedNetwork& network, int port, const PortTruth& truth) {
  const int place = static_cast<int>(truth.place);
  const int before = truth.acts_early ? place - 1 : place;
  if (before > 0 && !network.shows(before)) return false;
  for (const auto& [other, its] : network.ports) {
    if (other == port || its.elsewhere) continue;
    if (its.ttl_set && *its.ttl_set <= place + 2) continue;
    const bool answers = its.answerer != Answerer::nobody;
    if (answers && its.place >= before + 3) return true;
    for (int hop = before + 2; hop <= its.place - 1; ++hop) {
      if (network.shows(hop)) return true;
    }
  }
  return false;
}

/// Then a port that a NAT close to the target leads on to another machine would look the same.
bool most_are_proxied(const BoxedNetwork& network, const PortTruth& truth) {
  int proxied = 0;
  for (const auto& [other, its] : network.ports) {
    if (its.answerer == Answerer::proxy && its.place == truth.place) ++proxied;
  }
  return proxied > 2 && network.end - truth.place < 6;
}

bool can_decide(const BoxedNetwork& network, int port, const PortTruth& truth) {
  // Then no distance is known.
  if (network.spread_by_packet) return false;
  // A port that a NAT leads on to another machine looks as if it were answered on the way.
  for (const auto& [other, its] : network.ports) {
    if (its.elsewhere) return false;
  }
  if (truth.ttl_set && *truth.ttl_set <= truth.place) return false;
  if (truth.answerer == Answerer::proxy && most_are_proxied(network, truth)) return false;
  const bool is_box = truth.answerer == Answerer::proxy || truth.answerer == Answerer::forger;
  return !is_box || others_go_on(network, port, truth);
}

bool is_forged_beside(const BoxedNetwork& network, const PortTruth& truth, const Place& at) {
  return std::any_of(truth.resets_beside.begin(), truth.resets_beside.end(),
                     [&](double place) { return is_at(network, at, place); });
}

/// A RST that is forged while the SYN goes on may be the only answer, or hide that of the target.
bool is_reset_beside(const BoxedNetwork& network, const PortTruth& truth,
                     const Diagnosis& diagnosis) {
  return diagnosis.answered_by == AnsweredBy::forged_reset &&
         is_forged_beside(network, truth, diagnosis.at);
}

Score score_who(const BoxedNetwork& network, const PortTruth& truth, const Diagnosis& diagnosis) {
  const AnsweredBy said = diagnosis.answered_by;
  if (is_reset_beside(network, truth, diagnosis)) return Score::right;
  switch (truth.answerer) {
    case Answerer::target:
    case Answerer::other:
      if (said == AnsweredBy::target) return Score::right;
      break;
    case Answerer::proxy:
      if (said == AnsweredBy::proxy && is_at(network, diagnosis.at, truth.place)) {
        return Score::right;
      }
      break;
    case Answerer::forger:
      if (said == AnsweredBy::forged_reset && is_at(network, diagnosis.at, truth.place)) {
        return Score::right;
      }
      break;
    case Answerer::router:
      if (said == AnsweredBy::router && is_at(network, diagnosis.at, truth.place)) {
        return Score::right;
      }
      // Its answer may get lost.
      if (said == AnsweredBy::none && network.lossy) return Score::right;
      break;
    case Answerer::nobody:
      if (said == AnsweredBy::none) return Score::right;
      break;
  }
  return diagnosis.confidence == Confidence::not_sure ? Score::not_sure : Score::wrong;
}

bool is_right_block(const BoxedNetwork& network, const PortTruth& truth, const Finding& finding) {
  if (truth.elsewhere) return true;
  const bool blocks = truth.answerer == Answerer::nobody || truth.answerer == Answerer::router;
  if (!blocks) return false;
  if (truth.loop) return false;  // that is no block
  const auto from = position(network, finding.at);
  const auto to = position(network, finding.as<finding::Blocked>()->before);
  const bool from_before = !from || (truth.acts_early ? *from < truth.place : *from <= truth.place);
  const bool to_behind = !to || (truth.acts_early ? *to >= truth.place : *to > truth.place) ||
                         truth.place == network.end;
  return from_before && to_behind;
}

/// What the sentence says, and no more: some ports get no answers from behind that hop.
bool is_right_behind(const BoxedNetwork& network, const PortTruth& truth, const Finding& finding) {
  const auto from = position(network, finding.at);
  const bool blocks = truth.answerer == Answerer::nobody || truth.answerer == Answerer::router;
  return truth.elsewhere || (blocks && (!from || *from <= truth.place));
}

bool is_right_change(const BoxedNetwork& network, const PortTruth& truth, const Finding& finding) {
  const auto* quoted = finding.as<finding::FieldChange>();
  if (quoted == nullptr) return false;
  for (const auto& change : truth.changes) {
    if (change.field != quoted->field) continue;
    const auto from = position(network, finding.at);
    const auto to = position(network, quoted->before);
    return (!from || *from <= change.after) && (!to || *to > change.after);
  }
  return false;
}

bool is_right(const BoxedNetwork& network, const PortTruth& truth, const Finding& finding) {
  switch (finding.kind()) {
    case FindingKind::proxy:
      return truth.answerer == Answerer::proxy && is_at(network, finding.at, truth.place);
    case FindingKind::forged_reset:
      if (is_forged_beside(network, truth, finding.at)) return true;
      return truth.answerer == Answerer::forger && is_at(network, finding.at, truth.place);
    case FindingKind::nat:
      if (finding.as<finding::FieldChange>() != nullptr) {
        return is_right_change(network, truth, finding);
      }
      return truth.answerer == Answerer::other;
    case FindingKind::change:
      return is_right_change(network, truth, finding);
    case FindingKind::loop:
      return truth.loop && is_at(network, finding.at, *truth.loop);
    case FindingKind::ttl_set:
      return truth.ttl_set && is_at(network, finding.at, *truth.ttl_set);
    case FindingKind::blocked:
      return is_right_behind(network, truth, finding);
    case FindingKind::rejected:
      return truth.answerer == Answerer::router && is_at(network, finding.at, truth.place);
    case FindingKind::private_source:
    case FindingKind::rate_limit:
    case FindingKind::no_host:
    case FindingKind::loss:
    case FindingKind::path_change:
    case FindingKind::return_path:
      return true;                    // about hops, not about what happens to the SYN
    case FindingKind::contradiction:  // RSTs beside are the only ones there
      return is_forged_beside(network, truth, finding.at);
    case FindingKind::stray_answer:
      break;  // nothing here makes one
    case FindingKind::some_paths:
      break;  // these traces are of one flow each
  }
  return false;
}

/// A hop behind the router that changes the field tells of it, and has got the SYN.
bool can_show(const BoxedNetwork& network, const PortTruth& truth, const TrueChange& change) {
  const double end = std::min(truth.place - 1, truth.ttl_set.value_or(truth.place));
  // A quote with both rewritten can't be told to be ours.
  const auto rewrites = [&](const char* field) {
    return std::any_of(truth.changes.begin(), truth.changes.end(),
                       [&](const auto& one) { return one.field == field; });
  };
  if (rewrites("source port") && rewrites("sequence number")) return false;
  for (int hop = static_cast<int>(change.after) + 1; hop <= end; ++hop) {
    if (!network.shows(hop)) continue;
    const std::string& address = network.addresses.at(hop);
    if (change.in_first_eight_bytes || network.long_quote.at(address)) return true;
  }
  return false;
}

void score_changes(const BoxedNetwork& network, const PortTruth& truth, const Diagnosis& diagnosis,
                   std::vector<Answered>& answers) {
  for (const auto& change : truth.changes) {
    Score score = Score::not_sure;
    for (const Finding& finding : diagnosis.findings) {
      const auto* quoted = finding.as<finding::FieldChange>();
      if (quoted == nullptr || quoted->field != change.field) continue;
      score = is_right_change(network, truth, finding) ? Score::right : Score::wrong;
    }
    answers.push_back({"changed " + change.field, can_show(network, truth, change), score});
  }
}

void score_block(const BoxedNetwork& network, int port, const PortTruth& truth,
                 const Diagnosis& diagnosis, std::vector<Answered>& answers) {
  const bool drops = truth.answerer == Answerer::nobody && truth.place < network.end;
  if (!drops || truth.loop || !truth.resets_beside.empty()) return;
  Score score = Score::not_sure;
  for (const Finding& finding : diagnosis.findings) {
    if (finding.kind() != FindingKind::blocked || finding.confidence == Confidence::not_sure)
      continue;
    score = is_right_block(network, truth, finding) ? Score::right : Score::wrong;
  }
  const bool decide = can_decide(network, port, truth) && others_go_on(network, port, truth);
  answers.push_back({"blocked", decide, score});
}

}  // namespace

std::vector<Answered> answers_of(const BoxedNetwork& network, int port,
                                 const Diagnosis& diagnosis) {
  const PortTruth& truth = network.ports.at(port);
  std::vector<Answered> answers;
  answers.push_back({"who: " + name(truth.answerer), can_decide(network, port, truth),
                     score_who(network, truth, diagnosis)});
  score_changes(network, truth, diagnosis, answers);
  score_block(network, port, truth, diagnosis, answers);
  return answers;
}

Certain certain_of(const BoxedNetwork& network, int port, const Diagnosis& diagnosis) {
  const PortTruth& truth = network.ports.at(port);
  Certain certain;
  if (diagnosis.confidence == Confidence::certain) {
    ++certain.claims;
    if (score_who(network, truth, diagnosis) == Score::wrong) {
      certain.wrong.push_back("answered by " + std::string(tracetcp::name(diagnosis.answered_by)) +
                              " at " + text(diagnosis.at) + ", truly by " + name(truth.answerer));
    }
  }
  for (const Finding& finding : diagnosis.findings) {
    if (finding.confidence != Confidence::certain) continue;
    ++certain.claims;
    if (!is_right(network, truth, finding)) certain.wrong.push_back(text(finding));
  }
  return certain;
}

}  // namespace simtest
