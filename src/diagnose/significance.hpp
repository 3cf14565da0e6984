#pragma once

#include <cstddef>

namespace tracetcp::diagnosing {

/// Probes to one hop, or to several, and how many of them were answered.
struct Counts {
  int asked = 0;
  int answered = 0;

  Counts& operator+=(const Counts& more) {
    asked += more.asked;
    answered += more.answered;
    return *this;
  }
};

/// The chance that `one` would have no more answers than it has, if the same part of its probes got
/// an answer as of those to `others`: Fisher's exact test, one-sided. 0 to 1.
double chance_of_so_few(const Counts& one, const Counts& others);

/// Whether a hop loses more than those behind it: by chance at most one trace of 100 shows that of
/// any of its `hops` (Bonferroni's bound).
bool loses_more(const Counts& hop, const Counts& behind, std::size_t hops);

}  // namespace tracetcp::diagnosing
