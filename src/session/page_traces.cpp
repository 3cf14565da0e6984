#include "session/page_traces.hpp"

#include <tracetcp/diagnose.hpp>

#include <algorithm>
#include <utility>

namespace tracetcp {

void PageTraces::take(const Trace& trace, Endpoint source) {
  if (!is_wanted_) return;
  if (traces_.size() == most_page_traces) more_fates_.add(trace);
  keep({.trace = trace, .source = source});
}

void PageTraces::take_control(const Trace& trace, Endpoint source) {
  if (is_wanted_) keep({.trace = trace, .source = source, .is_control = true});
}

void PageTraces::keep(PageTrace one) {
  if (traces_.size() == most_page_traces) {
    ++more_;
    return;
  }
  traces_.push_back(std::move(one));
}

void PageTraces::diagnose(Missing missing) {
  std::vector<Digest> digests;  // of each trace
  digests.reserve(traces_.size());
  std::vector<Digest> asked_for;
  std::vector<Digest> controls;
  for (const PageTrace& one : traces_) {
    digests.push_back(digest(one.trace));
    (one.is_control ? controls : asked_for).push_back(digests.back());
  }
  auto others = telling(asked_for);
  others.insert(others.end(), controls.begin(), controls.end());
  for (std::size_t i = 0; i < traces_.size(); ++i) {
    if (missing == Missing::of_controls && !traces_[i].is_control) continue;
    traces_[i].trace.diagnosis = tracetcp::diagnose(digests[i], others);
  }
}

void PageTraces::add(PageTraces other) {
  more_ += other.more_;
  for (PageTrace& one : other.traces_) keep(std::move(one));
}

void PageTraces::hand_on(Page& page, bool one_target) {
  // What was asked for comes first.
  std::stable_partition(traces_.begin(), traces_.end(),
                        [](const PageTrace& one) { return !one.is_control; });
  page.traces = std::move(traces_);
  page.more_traces = more_;
  if (!one_target) return;
  PortFates fates;
  std::size_t ports = 0;
  for (const PageTrace& one : page.traces) {
    if (one.is_control) continue;
    fates.add(one.trace);
    ++ports;
  }
  fates.add(more_fates_);
  if (ports > 1) page.fates = fates.groups();
}

}  // namespace tracetcp
