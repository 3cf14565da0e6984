// Makes random networks with middleboxes, traces four ports in each with the whole engine, and
// compares the diagnosis with what is true of the network:
//
//   prove [NETWORKS [FIRST_SEED [SITUATION... or FAMILY...]]]
//
// NETWORKS are of IPv4, and the same number of IPv6; or of the family alone that is named (ipv4,
// ipv6). Half of the networks are plain, the rest is shared among the other situations (see
// middlebox_network.hpp); or all are shared among those that are named. Prints for each family the
// table of what was true and what was said, then TAP: no wrong verdict may be called certain, and
// where the evidence can decide 99 of 100 verdicts must be right in plain networks, 90 of 100 in
// all others.
//
// PROVE_WRONG=1 in the environment prints the seed of each network where the evidence could decide
// and the diagnosis did not; one network alone (NETWORKS is 1) is printed with all that was said.

#include "middlebox_network.hpp"
#include "scoring.hpp"
#include "tracing.hpp"

#include <tracetcp/diagnose.hpp>
#include <tracetcp/sentences.hpp>

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <map>
#include <string>
#include <string_view>
#include <vector>

using namespace tracetcp;
using simtest::BoxedNetwork;
using simtest::Score;

namespace {

struct Tally3 {
  int right = 0;
  int not_sure = 0;
  int wrong = 0;

  void add(Score score) {
    if (score == Score::right) ++right;
    if (score == Score::not_sure) ++not_sure;
    if (score == Score::wrong) ++wrong;
  }
  void add(const Tally3& more) {
    right += more.right;
    not_sure += more.not_sure;
    wrong += more.wrong;
  }
  [[nodiscard]] int all() const { return right + not_sure + wrong; }
  /// Percent.
  [[nodiscard]] double share() const { return all() == 0 ? 0 : 100.0 * right / all(); }
};

struct Results {
  std::map<std::string, std::map<std::string, int>> who;  // truth, then claim
  std::map<std::string, Tally3> decidable;                // by what was to be found
  std::map<std::string, Tally3> all;
  std::map<std::string_view, Tally3> by_situation;  // where the evidence can decide
  std::map<std::string_view, int> networks;
  int certain = 0;
  std::vector<std::string> wrong_certain;
};

/// A network and where it comes from.
struct Drawn {
  Family family = Family::ipv4;
  std::string_view situation;
  std::uint64_t seed = 0;
  BoxedNetwork network;
};

std::string said(const Diagnosis& diagnosis) {
  const bool unsure =
      diagnosis.confidence == Confidence::not_sure && diagnosis.answered_by != AnsweredBy::none;
  return unsure ? "not sure" : std::string(name(diagnosis.answered_by));
}

void print(const Drawn& drawn, int port, const Diagnosis& diagnosis) {
  const auto& truth = drawn.network.ports.at(port);
  std::printf("# %s %s %llu port %d: %s at %g, said %s (%s) at %s\n", name(drawn.family).data(),
              drawn.situation.data(), static_cast<unsigned long long>(drawn.seed), port,
              simtest::name(truth.answerer).c_str(), truth.place,
              std::string(name(diagnosis.answered_by)).c_str(),
              std::string(name(diagnosis.confidence)).c_str(), text(diagnosis.at).c_str());
  for (const Finding& finding : diagnosis.findings) {
    std::printf("#   %s (%s)\n", text(finding).c_str(),
                std::string(name(finding.confidence)).c_str());
  }
}

/// How many of the probes to each TTL were answered, with which the diagnosis counts.
void print_counts(const Digest& one) {
  std::printf("# port %d, answered of asked:", one.target.port.value);
  for (const HopDigest& hop : one.hops) {
    std::printf(" %d: %d/%d", hop.ttl.value, hop.answered, hop.asked);
  }
  if (one.end) {
    std::printf(", %s at %d: %d/%d, in %d rounds, lost before %d", name(one.end->kind).data(),
                one.end->ttl.value, one.end->answered, one.end->asked, one.end->rounds,
                one.end->lost_before);
  }
  std::printf("\n");
}

void score(const Drawn& drawn, int port, const Diagnosis& diagnosis, Results& results) {
  static const bool tells_seeds = std::getenv("PROVE_WRONG") != nullptr;
  const auto& truth = drawn.network.ports.at(port);
  const std::string where = std::string(name(drawn.family)) + " " + std::string(drawn.situation) +
                            " " + std::to_string(drawn.seed) + ", port " + std::to_string(port);
  ++results.who[simtest::name(truth.answerer)][said(diagnosis)];
  for (const auto& answered : answers_of(drawn.network, port, diagnosis)) {
    results.all[answered.question].add(answered.score);
    if (!answered.decidable) continue;
    results.decidable[answered.question].add(answered.score);
    results.by_situation[drawn.situation].add(answered.score);
    if (tells_seeds && answered.score != Score::right) {
      std::printf("# %s: %s\n", where.c_str(), answered.question.c_str());
    }
  }
  const auto certain = certain_of(drawn.network, port, diagnosis);
  results.certain += certain.claims;
  for (const std::string& wrong : certain.wrong) {
    results.wrong_certain.push_back(where + ": " + wrong);
  }
}

void judge(const Drawn& drawn, Results& results, bool loud) {
  if (loud) std::printf("%s", drawn.network.toml.c_str());
  const auto run =
      simtest::run_in(drawn.network.toml, drawn.network.target, simtest::first_boxed_port,
                      {.seed = drawn.seed, .last_port = simtest::last_boxed_port});
  std::vector<Digest> digests;
  for (const Trace& trace : run.traces) digests.push_back(digest(trace));
  for (const Digest& one : digests) {
    const int port = one.target.port.value;
    const Diagnosis diagnosis = diagnose(one, digests);
    score(drawn, port, diagnosis, results);
    if (loud) print_counts(one);
    if (loud) print(drawn, port, diagnosis);
  }
  ++results.networks[drawn.situation];
}

void print_table(const Results& results) {
  const char* const claims[] = {"target", "proxy", "forged-reset", "router", "nobody", "not sure"};
  std::printf("# %-15s", "true \\ said");
  for (const char* column : claims) std::printf("%14s", column);
  std::printf("\n");
  for (const auto& [truth, counts] : results.who) {
    std::printf("# %-15s", truth.c_str());
    for (const char* column : claims) {
      const auto count = counts.find(column);
      std::printf("%14d", count == counts.end() ? 0 : count->second);
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
  std::printf("#\n");
  for (const auto& [situation, tally] : results.by_situation) {
    std::printf("# %-28s%6d networks%41d%9d%9d\n", situation.data(), results.networks.at(situation),
                tally.right, tally.not_sure, tally.wrong);
  }
}

struct Share {
  simtest::NamedSituation of;
  int networks = 0;
};

const simtest::NamedSituation& named(std::string_view name) {
  const auto& all = simtest::situations();
  const auto found =
      std::find_if(all.begin(), all.end(), [&](const auto& one) { return one.name == name; });
  if (found != all.end()) return *found;
  std::fprintf(stderr, "prove: no situation \"%s\"; there are:", name.data());
  for (const auto& one : all) std::fprintf(stderr, " %s", one.name.data());
  std::fprintf(stderr, "\n");
  std::exit(2);
}

std::vector<Share> shares(int networks, const std::vector<std::string_view>& names) {
  std::vector<Share> shares;
  for (const auto name : names) shares.push_back({named(name), 0});
  const int named_ones = static_cast<int>(shares.size());
  for (Share& share : shares) share.networks = std::max(1, networks / named_ones);
  if (!shares.empty()) return shares;
  for (const auto& one : simtest::situations()) {
    if (one.holds) shares.push_back({one, 0});
  }
  const int others = static_cast<int>(shares.size()) - 1;
  for (Share& share : shares) share.networks = others == 0 ? networks : networks / 2 / others;
  if (others > 0) shares.front().networks = networks - others * shares.back().networks;
  return shares;
}

/// Traces in the networks of one family, prints its table, and tells whether enough were right.
bool prove(Family family, const std::vector<Share>& shares, std::uint64_t first, bool loud,
           std::vector<std::string>& wrong_certain) {
  Results results;
  for (const Share& share : shares) {
    const auto end = first + static_cast<std::uint64_t>(share.networks);
    for (std::uint64_t seed = first; seed < end; ++seed) {
      auto network = simtest::make_boxed_network(seed, share.of.situation, family);
      judge({family, share.of.name, seed, std::move(network)}, results, loud);
    }
  }
  std::printf("# %s\n#\n", name(family).data());
  print_table(results);
  Tally3 decided;
  int drawn = 0;
  Tally3 plain;
  Tally3 others;
  for (const auto& [situation, tally] : results.by_situation) {
    decided.add(tally);
    (situation == "plain" ? plain : others).add(tally);
  }
  // A sample may by chance have two standard deviations less than all networks have.
  const auto reach = [](const Tally3& tally, double least) {
    if (tally.all() == 0) return true;
    return tally.share() >= least - 2 * std::sqrt(least * (100 - least) / tally.all());
  };
  for (const auto& [situation, count] : results.networks) drawn += count;
  std::printf(
      "# %d networks, %d verdicts and findings called certain, %.2f %% right where the "
      "evidence can decide\n#\n",
      drawn, results.certain, decided.share());
  wrong_certain.insert(wrong_certain.end(), results.wrong_certain.begin(),
                       results.wrong_certain.end());
  return reach(plain, 99) && reach(others, 90);
}

/// Takes the families out of the names; both where none is there.
std::vector<Family> families(std::vector<std::string_view>& names) {
  std::vector<Family> all;
  if (std::erase(names, "ipv4") != 0) all.push_back(Family::ipv4);
  if (std::erase(names, "ipv6") != 0) all.push_back(Family::ipv6);
  return all.empty() ? std::vector{Family::ipv4, Family::ipv6} : all;
}

}  // namespace

int main(int argc, char** argv) {
  const int networks = argc > 1 ? std::atoi(argv[1]) : 10000;
  const std::uint64_t first = argc > 2 ? std::strtoull(argv[2], nullptr, 10) : 1;
  std::vector<std::string_view> names{argv + std::min(argc, 3), argv + argc};
  std::vector<std::string> wrong_certain;
  bool enough = true;
  for (const Family family : families(names)) {
    if (!prove(family, shares(networks, names), first, networks == 1, wrong_certain))
      enough = false;
  }
  for (const std::string& wrong : wrong_certain) std::printf("# wrong: %s\n", wrong.c_str());
  std::printf("%sok 1 - no wrong verdict is called certain\n", wrong_certain.empty() ? "" : "not ");
  std::printf("%sok 2 - enough are right where the evidence can decide\n", enough ? "" : "not ");
  std::printf("1..2\n");
  return 0;
}
