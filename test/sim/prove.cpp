// Makes random networks with middleboxes, traces four ports in each with the whole engine, and
// compares the diagnosis with what is true of the network:
//
//   prove [NETWORKS [FIRST_SEED]]
//
// Prints the table of what was true and what was said, then TAP: no wrong verdict may be called
// certain, and where the evidence can decide 99 of 100 verdicts must be right.

#include "middlebox_network.hpp"
#include "tracing.hpp"

#include <tracetcp/diagnose.hpp>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <map>
#include <set>
#include <string>

using namespace tracetcp;
using simtest::Answerer;
using simtest::BoxedNetwork;
using simtest::PortTruth;

namespace {

enum class Score { right, not_sure, wrong };

struct Tally3 {
  int right = 0;
  int not_sure = 0;
  int wrong = 0;

  void add(Score score) {
    if (score == Score::right) ++right;
    if (score == Score::not_sure) ++not_sure;
    if (score == Score::wrong) ++wrong;
  }
  [[nodiscard]] int all() const { return right + not_sure + wrong; }
};

struct Results {
  std::map<std::string, std::map<std::string, int>> who;  // truth, then claim
  std::map<std::string, Tally3> decidable;                // by what was to be found
  std::map<std::string, Tally3> all;
  int certain = 0;
  std::set<std::string> wrong_certain;

  void score(const std::string& what, bool can_decide, Score result) {
    all[what].add(result);
    if (can_decide) decidable[what].add(result);
    const bool tell = can_decide && result != Score::right && std::getenv("PROVE_WRONG") != nullptr;
    if (tell) std::printf("# seed %d: %s\n", static_cast<int>(seed), what.c_str());
  }

  std::uint64_t seed = 0;  // of the network that is looked at
};

std::optional<double> position(const BoxedNetwork& network, const Place& place) {
  if (place.address) {
    if (place.address->text() == simtest::boxed_target) return network.end;
    const auto known = network.places.find(place.address->text());
    return known == network.places.end() ? std::nullopt : std::optional(known->second);
  }
  if (!place.ttl || network.balanced) return std::nullopt;
  return place.ttl->value;
}

bool is_at(const BoxedNetwork& network, const Place& place, double truth) {
  const auto where = position(network, place);
  return !where || *where == truth;
}

bool shows(const BoxedNetwork& network, int hop) {
  return network.places.contains("10.0." + std::to_string(hop) + ".1");
}

/// Whether another port's SYNs show that the path goes on behind the place of this answer, from a
/// hop that both have in common.
bool others_go_on(const BoxedNetwork& network, int port, const PortTruth& truth) {
  const int place = static_cast<int>(truth.place);
  const int before = truth.acts_early ? place - 1 : place;
  if (before > 0 && !shows(network, before)) return false;
  for (const auto& [other, its] : network.ports) {
    if (other == port || its.elsewhere) continue;
    if (its.ttl_set && *its.ttl_set <= place + 2) continue;
    const bool answers = its.answerer != Answerer::nobody;
    if (answers && its.place >= before + 3) return true;
    for (int hop = before + 2; hop <= its.place - 1; ++hop) {
      if (shows(network, hop)) return true;
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
      if (said == AnsweredBy::nobody && network.lossy) return Score::right;
      break;
    case Answerer::nobody:
      if (said == AnsweredBy::nobody) return Score::right;
      break;
  }
  return diagnosis.confidence == Confidence::not_sure ? Score::not_sure : Score::wrong;
}

bool is_right_block(const BoxedNetwork& network, const PortTruth& truth, const Finding& finding) {
  if (truth.elsewhere) return true;
  const bool blocks = truth.answerer == Answerer::nobody || truth.answerer == Answerer::router;
  if (!blocks) return false;
  const auto from = position(network, finding.at);
  const auto to = position(network, *finding.before);
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
  for (const auto& change : truth.changes) {
    if (change.field != finding.field) continue;
    const auto from = position(network, finding.at);
    const auto to = position(network, *finding.before);
    return (!from || *from <= change.after) && (!to || *to > change.after);
  }
  return false;
}

bool is_right(const BoxedNetwork& network, const PortTruth& truth, const Finding& finding) {
  switch (finding.kind) {
    case FindingKind::proxy:
      return truth.answerer == Answerer::proxy && is_at(network, finding.at, truth.place);
    case FindingKind::forged_reset:
      if (is_forged_beside(network, truth, finding.at)) return true;
      return truth.answerer == Answerer::forger && is_at(network, finding.at, truth.place);
    case FindingKind::nat:
      if (!finding.field.empty()) return is_right_change(network, truth, finding);
      return truth.answerer == Answerer::other;
    case FindingKind::change:
      return is_right_change(network, truth, finding);
    case FindingKind::ttl_set:
      return truth.ttl_set && is_at(network, finding.at, *truth.ttl_set);
    case FindingKind::blocked:
      return is_right_behind(network, truth, finding);
    case FindingKind::rejected:
      return truth.answerer == Answerer::router && is_at(network, finding.at, truth.place);
    case FindingKind::private_source:
    case FindingKind::rate_limit:
    case FindingKind::path_change:
    case FindingKind::return_path:
      return true;  // about hops, not about what happens to the SYN
    case FindingKind::some_paths:
      break;  // these traces are of one flow each
  }
  return false;
}

/// A hop behind the router that changes the field tells of it, and has got the SYN.
bool can_show(const BoxedNetwork& network, const PortTruth& truth,
              const simtest::TrueChange& change) {
  const double end = std::min(truth.place - 1, truth.ttl_set.value_or(truth.place));
  // A quote with both rewritten can't be told to be ours.
  const auto rewrites = [&](const char* field) {
    return std::any_of(truth.changes.begin(), truth.changes.end(),
                       [&](const auto& one) { return one.field == field; });
  };
  if (rewrites("source port") && rewrites("sequence number")) return false;
  for (int hop = static_cast<int>(change.after) + 1; hop <= end; ++hop) {
    const std::string address = "10.0." + std::to_string(hop) + ".1";
    if (!shows(network, hop)) continue;
    if (change.in_first_eight_bytes || network.long_quote.at(address)) return true;
  }
  return false;
}

void score_changes(const BoxedNetwork& network, const PortTruth& truth, const Diagnosis& diagnosis,
                   Results& results) {
  for (const auto& change : truth.changes) {
    Score score = Score::not_sure;
    for (const Finding& finding : diagnosis.findings) {
      if (finding.field != change.field) continue;
      score = is_right_change(network, truth, finding) ? Score::right : Score::wrong;
    }
    results.score("changed " + change.field, can_show(network, truth, change), score);
  }
}

void score_block(const BoxedNetwork& network, int port, const PortTruth& truth,
                 const Diagnosis& diagnosis, Results& results) {
  if (truth.answerer != Answerer::nobody || truth.place >= network.end ||
      !truth.resets_beside.empty())
    return;
  Score score = Score::not_sure;
  for (const Finding& finding : diagnosis.findings) {
    if (finding.kind != FindingKind::blocked || finding.confidence == Confidence::not_sure)
      continue;
    score = is_right_block(network, truth, finding) ? Score::right : Score::wrong;
  }
  const bool decide = can_decide(network, port, truth) && others_go_on(network, port, truth);
  results.score("blocked", decide, score);
}

void check_certain(const BoxedNetwork& network, std::uint64_t seed, int port,
                   const PortTruth& truth, const Diagnosis& diagnosis, Results& results) {
  const auto wrong = [&](const std::string& what) {
    results.wrong_certain.insert("seed " + std::to_string(seed) + ", port " + std::to_string(port) +
                                 ": " + what);
  };
  if (diagnosis.confidence == Confidence::certain) {
    ++results.certain;
    if (score_who(network, truth, diagnosis) == Score::wrong) {
      wrong("answered by " + std::string(name(diagnosis.answered_by)) + " at " +
            text(diagnosis.at) + ", truly by " + simtest::name(truth.answerer));
    }
  }
  for (const Finding& finding : diagnosis.findings) {
    if (finding.confidence != Confidence::certain) continue;
    ++results.certain;
    if (!is_right(network, truth, finding)) wrong(finding.clause);
  }
}

void judge(const BoxedNetwork& network, std::uint64_t seed, Results& results, bool loud) {
  const auto run = simtest::run_in(network.toml, simtest::boxed_target, simtest::first_boxed_port,
                                   {.seed = seed, .last_port = simtest::last_boxed_port});
  std::vector<Digest> digests;
  for (const Trace& trace : run.traces) digests.push_back(digest(trace));
  for (const Digest& one : digests) {
    const int port = one.target.port.value;
    const PortTruth& truth = network.ports.at(port);
    const Diagnosis diagnosis = diagnose(one, digests);
    const Score score = score_who(network, truth, diagnosis);
    const std::string said =
        diagnosis.confidence == Confidence::not_sure && diagnosis.answered_by != AnsweredBy::nobody
            ? "not sure"
            : std::string(name(diagnosis.answered_by));
    ++results.who[simtest::name(truth.answerer)][said];
    const bool decide = can_decide(network, port, truth);
    results.score("who: " + simtest::name(truth.answerer), decide, score);
    score_changes(network, truth, diagnosis, results);
    score_block(network, port, truth, diagnosis, results);
    check_certain(network, seed, port, truth, diagnosis, results);
    if (loud) {
      std::printf("# seed %llu port %d: %s at %g, said %s (%s) at %s\n",
                  static_cast<unsigned long long>(seed), port,
                  simtest::name(truth.answerer).c_str(), truth.place,
                  std::string(name(diagnosis.answered_by)).c_str(),
                  std::string(name(diagnosis.confidence)).c_str(), text(diagnosis.at).c_str());
      for (const Finding& finding : diagnosis.findings) {
        std::printf("#   %s (%s)\n", finding.clause.c_str(),
                    std::string(name(finding.confidence)).c_str());
      }
    }
  }
}

void print_table(const Results& results) {
  const char* const said[] = {"target", "proxy", "forged-reset", "router", "nobody", "not sure"};
  std::printf("# %-15s", "true \\ said");
  for (const char* column : said) std::printf("%14s", column);
  std::printf("\n");
  for (const auto& [truth, claims] : results.who) {
    std::printf("# %-15s", truth.c_str());
    for (const char* column : said) {
      const auto count = claims.find(column);
      std::printf("%14d", count == claims.end() ? 0 : count->second);
    }
    std::printf("\n");
  }
  std::printf("#\n# %-28s%32s%32s\n", "", "all: right/not sure/wrong", "where evidence can decide");
  for (const auto& [what, all] : results.all) {
    const auto found = results.decidable.find(what);
    const Tally3 decide = found == results.decidable.end() ? Tally3{} : found->second;
    std::printf("# %-28s%14d%9d%9d%14d%9d%9d\n", what.c_str(), all.right, all.not_sure, all.wrong,
                decide.right, decide.not_sure, decide.wrong);
  }
}

}  // namespace

int main(int argc, char** argv) {
  const int networks = argc > 1 ? std::atoi(argv[1]) : 10000;
  const std::uint64_t first = argc > 2 ? std::strtoull(argv[2], nullptr, 10) : 1;
  Results results;
  for (std::uint64_t seed = first; seed < first + static_cast<std::uint64_t>(networks); ++seed) {
    const auto network = simtest::make_boxed_network(seed);
    results.seed = seed;
    if (networks == 1) std::printf("%s", network.toml.c_str());
    judge(network, seed, results, networks == 1);
  }
  print_table(results);
  Tally3 decided;
  for (const auto& [what, tally] : results.decidable) {
    decided.right += tally.right;
    decided.not_sure += tally.not_sure;
    decided.wrong += tally.wrong;
  }
  const double share = decided.all() == 0 ? 0 : 100.0 * decided.right / decided.all();
  std::printf(
      "# %d networks, %d verdicts and findings called certain, %.2f %% right where the "
      "evidence can decide\n",
      networks, results.certain, share);
  for (const std::string& wrong : results.wrong_certain)
    std::printf("# wrong: %s\n", wrong.c_str());
  std::printf("%sok 1 - no wrong verdict is called certain\n",
              results.wrong_certain.empty() ? "" : "not ");
  std::printf("%sok 2 - 99 %% are right where the evidence can decide\n",
              share >= 99 ? "" : "not ");
  std::printf("1..2\n");
  return 0;
}
