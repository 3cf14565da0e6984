// From which hop on answers are missing.

#include "diagnose/findings.hpp"
#include "diagnose/significance.hpp"

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

/// Where loss begins, by the first sample that it may be lost on the way to.
struct Beginning {
  std::size_t least = 0;   ///< the nearest that the samples bear
  std::size_t likely = 0;  ///< most likely; 0: nowhere
  std::size_t most = 0;
};

/// The place where loss most likely begins. By chance at most one trace of 100 shows such a place
/// (Bonferroni's bound over all places). Another place stays possible if the samples between the
/// two are no less like those on its side, with the same error.
Beginning where_it_begins(std::span<const Sample> samples) {
  const double error = 0.01 / static_cast<double>(samples.size());
  Beginning begin;
  double least = error;
  for (std::size_t i = 1; i < samples.size(); ++i) {
    const Counts before = sum(samples.first(i));
    const Counts from = sum(samples.subspan(i));
    if (from.answered == from.asked) continue;  // nothing is lost there
    const double chance = chance_of_so_few(from, before);
    if (chance >= least) continue;
    least = chance;
    begin.likely = i;
  }
  begin.least = begin.most = begin.likely;
  if (begin.likely == 0) return begin;
  const Counts before = sum(samples.first(begin.likely));
  const Counts from = sum(samples.subspan(begin.likely));
  const auto between = [&](std::size_t one, std::size_t end) {
    return sum(samples.subspan(one, end - one));
  };
  while (begin.least > 1 &&
         chance_of_so_few(from, between(begin.least - 1, begin.likely)) >= error) {
    --begin.least;
  }
  while (begin.most + 1 < samples.size() &&
         chance_of_so_few(between(begin.likely, begin.most + 1), before) >= error) {
    ++begin.most;
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
  const Beginning begin = samples.size() < 2 ? Beginning{} : where_it_begins(samples);
  if (begin.likely == 0) return std::nullopt;
  const std::span from = std::span(samples).subspan(begin.likely);
  if (!is_of_several(from)) return std::nullopt;
  const HopDigest& before = *samples[begin.likely - 1].hop;
  const auto ttl_of = [&](const Sample& sample) {
    return sample.hop != nullptr ? sample.hop->ttl : digest.end->ttl;
  };
  const Ttl first = ttl_of(from.front());
  const Counts lost = sum(from);
  const Counts good = sum(std::span(samples).first(begin.likely));
  // A target's RSTs are not ICMP errors: only their loss rules the other explanation out.
  const bool end_loses =
      from.back().hop == nullptr && from.back().counts.answered < from.back().counts.asked;
  Finding finding{
      .confidence = Confidence::likely,
      .at = place_of(digest, samples[begin.least - 1].hop->ttl.value),
      .data = finding::Loss{.before = place_of(digest, ttl_of(samples[begin.most]).value),
                            .is_exact = begin.least == begin.most,
                            .may_be_limit = !end_loses,
                            .first = first,
                            .answered = lost.answered,
                            .asked = lost.asked,
                            .answered_before = good.answered,
                            .asked_before = good.asked}};
  const auto seen = [&](Ttl ttl, std::uint32_t probe, const Counts& counts) {
    finding.evidence.push_back(
        {.port = digest.target.port,
         .ttl = ttl,
         .probe = probe,
         .seen = evidence::AnswerCount{.answered = counts.answered, .asked = counts.asked}});
  };
  seen(before.ttl, before.probe, good);
  seen(first, from.front().hop != nullptr ? from.front().hop->probe : digest.end->probe, lost);
  return finding;
}

}  // namespace tracetcp::diagnosing
