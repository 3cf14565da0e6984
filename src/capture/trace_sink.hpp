#pragma once

#include "read/trace_assembly.hpp"

#include <tracetcp/run_counts.hpp>
#include <tracetcp/time.hpp>

#include <vector>

namespace tracetcp {

/// Takes what is found in a capture. All calls come from one thread at a time, but not always from
/// the one that made it.
class TraceSink {
 public:
  virtual ~TraceSink() = default;

  /// A trace, in the order in which they are found. `counts` are those of the moment when it was.
  virtual void take(TraceAssembly& found, const RunCounts& counts) = 0;

  /// Called now and then, and when due() says so.
  virtual void tick() = 0;

  /// When tick() is to be called at the latest; never: not at all.
  [[nodiscard]] virtual TimePoint due() const = 0;

  /// There are no more.
  virtual void finish(const RunCounts& counts, const std::vector<Summary>& summaries) = 0;
};

}  // namespace tracetcp
