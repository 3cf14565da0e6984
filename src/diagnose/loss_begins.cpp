// From which hop on answers are missing.

#include "diagnose/findings.hpp"
#include "diagnose/significance.hpp"

#include <fmt/core.h>

#include <algorithm>

namespace tracetcp::diagnosing {
namespace {

/// A hop, or a closed port at the end, that answered at all.
struct Sample {
  Counts counts;
  const HopDigest* hop = nullptr;  ///< null: the end
};

/// Without hops that lose more than those behind them: they limit their own answers.
std::vector<Sample> samples_of(const Digest& digest) {
  std::vector<Sample> samples;
  Counts behind;
  if (digest.end && digest.end->asked != 0) {
    behind = {.asked = digest.end->asked, .answered = digest.end->answered};
    samples.push_back({.counts = behind});
  }
  for (auto hop = digest.hops.rbegin(); hop != digest.hops.rend(); ++hop) {
    const Counts counts{.asked = hop->asked, .answered = hop->answered};
    if (counts.answered == 0 || loses_more(counts, behind, digest.hops.size())) continue;
    samples.push_back({.counts = counts, .hop = &*hop});
    behind += counts;
  }
  std::reverse(samples.begin(), samples.end());
  return samples;
}

Counts sum(std::span<const Sample> samples) {
  Counts counts;
  for (const Sample& sample : samples) counts += sample.counts;
  return counts;
}

/// The first sample behind the place where loss most likely begins; 0: nowhere. By chance at most
/// one trace of 100 shows such a place (Bonferroni's bound over all places).
std::size_t where_it_begins(std::span<const Sample> samples) {
  std::size_t begin = 0;
  double least = 0.01 / static_cast<double>(samples.size());
  for (std::size_t i = 1; i < samples.size(); ++i) {
    const Counts before = sum(samples.first(i));
    const Counts from = sum(samples.subspan(i));
    if (from.answered == from.asked) continue;  // nothing is lost there
    const double chance = chance_of_so_few(from, before);
    if (chance >= least) continue;
    least = chance;
    begin = i;
  }
  return begin;
}

/// One hop alone may limit its answers, so two must lose, or the end itself.
bool is_of_several(std::span<const Sample> from) {
  const auto lossy = std::count_if(from.begin(), from.end(), [](const Sample& sample) {
    return sample.counts.answered < sample.counts.asked;
  });
  return lossy >= 2 || from.back().hop == nullptr;
}

/// Of most traces nothing is missing, which takes no statistics to see.
bool loses_nothing(const Digest& digest) {
  return (!digest.end || digest.end->answered == digest.end->asked) &&
         std::all_of(digest.hops.begin(), digest.hops.end(), [](const HopDigest& hop) {
           return hop.answered == 0 || hop.answered == hop.asked;
         });
}

}  // namespace

std::optional<Finding> find_loss(const Digest& digest) {
  if (loses_nothing(digest)) return std::nullopt;
  const auto samples = samples_of(digest);
  const std::size_t begin = samples.size() < 2 ? 0 : where_it_begins(samples);
  if (begin == 0) return std::nullopt;
  const std::span from = std::span(samples).subspan(begin);
  if (!is_of_several(from)) return std::nullopt;
  const HopDigest& before = *samples[begin - 1].hop;
  const Ttl first = from.front().hop != nullptr ? from.front().hop->ttl : digest.end->ttl;
  const Counts lost = sum(from);
  const Counts good = sum(std::span(samples).first(begin));
  Finding finding{.kind = FindingKind::loss, .confidence = Confidence::likely};
  finding.at = place_of(digest, before.ttl.value);
  finding.before = place_of(digest, first.value);
  // A target's RSTs are not ICMP errors: only their loss rules the other explanation out.
  const bool end_loses =
      from.back().hop == nullptr && from.back().counts.answered < from.back().counts.asked;
  finding.clause = fmt::format(
      "packets get lost from {} on{}: {} of {} probes were answered there and beyond, {} of {} "
      "before",
      text(*finding.before), end_loses ? "" : ", or all hops from there on limit their answers",
      lost.answered, lost.asked, good.answered, good.asked);
  const auto seen = [&](Ttl ttl, std::uint32_t probe, const Counts& counts) {
    finding.evidence.push_back(
        {.port = digest.target.port,
         .ttl = ttl,
         .probe = probe,
         .text = fmt::format("{} of {} probes answered", counts.answered, counts.asked)});
  };
  seen(before.ttl, before.probe, good);
  seen(first, from.front().hop != nullptr ? from.front().hop->probe : digest.end->probe, lost);
  return finding;
}

}  // namespace tracetcp::diagnosing
