#include "session/leaving_watch.hpp"

#include <algorithm>

namespace tracetcp {

void LeavingWatch::let_through() {
  is_let_through_ = true;
  if (!begun_) return;
  to().begun(*begun_);
  for (const Hop& hop : hops_) to().settled(*begun_, hop);
  begun_.reset();
  hops_.clear();
}

void LeavingWatch::review(bool is_over) {
  if (is_let_through_) return;
  if (prober_.seen_leaving() != seen_before_) {
    let_through();
  } else if (is_over) {
    if (!prober_.why_unsent()) throw NotSeenLeaving{};
    let_through();
  }
}

void LeavingWatch::begun(const Trace& trace) {
  if (is_let_through_) {
    to().begun(trace);
  } else {
    begun_ = trace;
  }
}

void LeavingWatch::settled(const Trace& trace, const Hop& hop) {
  review(false);
  if (is_let_through_) {
    to().settled(trace, hop);
  } else {
    begun_ = trace;
    hops_.push_back(hop);
  }
}

void LeavingWatch::finished(const Trace& trace) {
  if (trace.cut_short() && !is_let_through_) let_through();
  review(true);
  to().finished(trace);
}

void LeavingWatch::heard(Address from) {
  if (!is_let_through_) let_through();
  if (others_ != nullptr) others_->heard(from);
}

TimePoint LeavingWatch::tick(TimePoint now) {
  if (begun_ && !since_) since_ = now;
  review(since_ && now >= *since_ + longest);
  const TimePoint wake = others_ == nullptr ? never : others_->tick(now);
  return is_let_through_ || !since_ ? wake : std::min(wake, *since_ + longest);
}

}  // namespace tracetcp
