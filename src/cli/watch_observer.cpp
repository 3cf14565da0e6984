#include "cli/watch_observer.hpp"

#include <tracetcp/diagnose.hpp>

#include <vector>

namespace tracetcp::cli {

void WatchObserver::progressed(const Trace& trace) {
  Watched* one = parts_.all.find(trace.target);
  if (parts_.live == nullptr || one == nullptr || one->record.rounds() != 0) return;
  one->under_way = trace;
}

void WatchObserver::finished(const Trace& trace) {
  if (parts_.rounds == nullptr) return take(trace);
  for (const Trace& next : parts_.rounds->in_order(trace)) {
    parts_.rounds->learn(next);
    take(next);
  }
}

void WatchObserver::take(const Trace& trace) {
  Watched* one = parts_.all.find(trace.target);
  if (one == nullptr) return;
  // A round that was cut short says nothing of what it did not wait for, unless it is all there is.
  if (trace.cut_short() && one->record.rounds() != 0) return;
  Trace diagnosed = trace;
  diagnosed.diagnosis = diagnose(digest(trace), {});
  const auto events = one->record.add(diagnosed);
  one->under_way.reset();
  if (parts_.metrics != nullptr) {
    parts_.metrics->take({.record = one->record,
                          .name = one->host,
                          .method = one->info.method,
                          .counts = parts_.counts(),
                          .has_hops = one->info.line == 0},
                         events);
  }
  std::vector<WatchWords> words;
  words.reserve(events.size());
  const Names& names = one->own_names != nullptr ? *one->own_names : parts_.names;
  for (const WatchEvent& event : events) words.push_back(words_of(event, names));
  if (parts_.live != nullptr) return parts_.live->take(words);
  parts_.output.round(*one, words, parts_.counts());
}

}  // namespace tracetcp::cli
