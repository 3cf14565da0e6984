#include "watch/watch_record.hpp"

#include "diagnose/findings.hpp"
#include "diagnose/significance.hpp"

#include <tracetcp/diagnose.hpp>

#include <algorithm>
#include <cmath>
#include <utility>

namespace tracetcp {
namespace {

bool is_answered(const Trace& trace) {
  const State state = trace.verdict.state;
  return state == State::open || state == State::closed || state == State::rejected;
}

/// Whether an application would see the same.
bool have_same_verdict(const Trace& one, const Trace& other) {
  return one.verdict.state == other.verdict.state &&
         (!is_answered(one) || (one.verdict.from == other.verdict.from &&
                                one.diagnosis.answered_by == other.diagnosis.answered_by));
}

/// Loss, limits and changes of the path are found over many rounds.
bool is_of_one_round(const Finding& finding) {
  const FindingKind kind = finding.kind();
  return finding.confidence != Confidence::not_sure && kind != FindingKind::loss &&
         kind != FindingKind::rate_limit && kind != FindingKind::path_change;
}

/// Returns whether one was an answer. SYNs that never left say nothing.
bool add_outcomes(const Hop& hop, HopRecord& record) {
  bool is_answered = false;
  for (const ProbeRecord& probe : hop.probes) {
    if (const Reply* answer = probe.answer()) {
      record.add_answer(answer->from, answer->rtt);
      is_answered = true;
    } else if (!probe.voided && has_left(probe.departure)) {
      record.add_silence();
    }
  }
  return is_answered;
}

}  // namespace

WatchEvent WatchRecord::event(const Trace& trace) const {
  return {.at = trace.ended, .round = rounds_, .target = trace.target, .data = {}};
}

std::vector<WatchEvent> WatchRecord::add(const Trace& trace) {
  std::vector<WatchEvent> events;
  ++rounds_;
  add_figures(trace);
  review_verdict(trace, events);
  if (auto change = path_.take(trace)) {
    events.push_back(event(trace));
    events.back().data = *std::move(change);
  }
  review_loss(trace, events);
  review_findings(trace, events);
  latest_ = trace;
  return events;
}

void WatchRecord::reset_figures() {
  hops_.clear();
  end_ = {};
}

void WatchRecord::add_figures(const Trace& trace) {
  int length = 0;
  for (const Hop& hop : trace.path()) {
    if (add_outcomes(hop, hops_[hop.ttl.value])) length = hop.ttl.value;
  }
  const bool is_end = is_answered(trace) && trace.verdict.ttl;
  length_ = is_end ? end_of(trace) : std::max(length_, length);
  was_answered_ = was_answered_ || is_end;
  if (!was_answered_) return;
  for (const Hop& hop : trace.path()) {
    if (hop.ttl.value == length_) add_outcomes(hop, end_);
  }
}

/// Where the SYN to the target's own place was lost, it answers at a larger TTL.
int WatchRecord::end_of(const Trace& trace) const {
  const int last = trace.verdict.ttl->value;
  if (trace.verdict.state == State::rejected) return last;
  const auto first = std::find_if(hops_.begin(), hops_.end(), [&](const auto& hop) {
    return hop.second.last_address() == trace.verdict.from;
  });
  return first == hops_.end() ? last : std::min(first->first, last);
}

/// By chance that many would be silent once in a thousand times; three at least.
int WatchRecord::silent_rounds_needed() const {
  constexpr double rarely = 0.001;
  const double loss = std::clamp(loss_before_, 0.005, 0.95);
  return std::max(3, static_cast<int>(std::ceil(std::log(rarely) / std::log(loss))));
}

void WatchRecord::review_verdict(const Trace& trace, std::vector<WatchEvent>& events) {
  if (!standing_) {
    standing_ = trace;
    return;
  }
  // Of a path that became longer than this round asked.
  if (trace.verdict.state == State::incomplete && standing_->verdict.state != State::incomplete) {
    return;
  }
  if (have_same_verdict(*standing_, trace)) {
    standing_ = trace;
    other_rounds_ = 0;
    const auto end = hops_.find(length_);
    const HopRecord::Counts counts =
        end == hops_.end() ? HopRecord::Counts{} : end->second.last(recent);
    loss_before_ = (counts.asked - counts.answered + 0.5) / (counts.asked + 1.0);
    return;
  }
  ++other_rounds_;
  const bool was_so_before = latest_ && have_same_verdict(*latest_, trace);
  const bool is_certain = is_answered(trace) ? was_so_before && other_rounds_ >= 2
                                             : other_rounds_ >= silent_rounds_needed();
  if (!is_certain) return;
  events.push_back(event(trace));
  events.back().data = VerdictChange{.before = *std::move(standing_), .after = trace};
  standing_ = trace;
  other_rounds_ = 0;
  loss_.reset();  // it was that change
}

/// What gets lost in the last rounds; empty: nothing that chance does not explain.
std::optional<Lost> WatchRecord::loss_now(const Trace& trace) const {
  if (!standing_) return std::nullopt;
  Digest digest;
  digest.target = trace.target;
  digest.verdict = standing_->verdict;
  const bool has_end = is_answered(*standing_);
  for (const auto& [ttl, record] : hops_) {
    if (ttl > length_) break;
    const HopRecord::Counts counts = record.last(recent);
    if (has_end && ttl == length_) {
      digest.end = EndDigest{.ttl = Ttl{static_cast<std::uint8_t>(ttl)},
                             .asked = counts.asked,
                             .answered = counts.answered};
      continue;
    }
    HopDigest hop{.ttl = Ttl{static_cast<std::uint8_t>(ttl)},
                  .asked = counts.asked,
                  .answered = counts.answered};
    if (record.last_address()) hop.addresses.add_once(*record.last_address());
    digest.hops.push_back(hop);
  }
  Lost lost{.from = diagnosing::find_loss(digest), .target = trace.target.address};
  if (digest.end) {
    lost.asked = digest.end->asked;
    lost.answered = digest.end->answered;
  }
  constexpr int few = 3;
  if (!lost.from && lost.asked - lost.answered < few) return std::nullopt;
  return lost;
}

void WatchRecord::review_loss(const Trace& trace, std::vector<WatchEvent>& events) {
  if (auto now = loss_now(trace)) {
    if (loss_) return;
    loss_ = *now;
    events.push_back(event(trace));
    events.back().data = LossChange{.before = std::nullopt, .after = std::move(now)};
    return;
  }
  if (!loss_) return;
  const auto end = hops_.find(length_);
  if (end == hops_.end()) return;
  const HopRecord::Counts counts = end->second.last(recent);
  if (counts.answered < counts.asked || counts.asked < static_cast<int>(recent)) return;
  events.push_back(event(trace));
  events.back().data = LossChange{.before = std::exchange(loss_, std::nullopt),
                                  .after = std::nullopt,
                                  .answered = counts.asked};
}

void WatchRecord::review_findings(const Trace& trace, std::vector<WatchEvent>& events) {
  for (const Finding& finding : trace.diagnosis.findings) {
    const auto key =
        std::tuple(finding.kind(), finding.at.ttl ? finding.at.ttl->value : 0, finding.at.address);
    if (!is_of_one_round(finding) || findings_.contains(key)) continue;
    if (findings_.size() == most_known) return;
    findings_.insert(key);
    events.push_back(event(trace));
    events.back().data = finding;
  }
  // From the end of the path to its beginning.
  diagnosing::Counts behind;
  for (auto hop = hops_.rbegin(); hop != hops_.rend(); ++hop) {
    if (hop->first > length_) continue;
    const HopRecord::Counts last = hop->second.last(recent);
    const diagnosing::Counts counts{.asked = last.asked, .answered = last.answered};
    if (counts.answered == 0) continue;
    if (!diagnosing::loses_more(counts, behind, hops_.size())) {
      behind += counts;
      limit_rounds_.erase(hop->first);
      continue;
    }
    if (++limit_rounds_[hop->first] < limit_after) continue;
    if (!limits_.insert(hop->first).second) continue;
    const Place at{.ttl = Ttl{static_cast<std::uint8_t>(hop->first)},
                   .address = hop->second.last_address()};
    events.push_back(event(trace));
    events.back().data = LimitFound{.at = at, .asked = counts.asked, .answered = counts.answered};
  }
}

}  // namespace tracetcp
