#pragma once

#include <tracetcp/link.hpp>
#include <tracetcp/reason.hpp>

namespace tracetcp {

/// What is known only once a run is over, or a capture read.
struct RunCounts {
  Tally ignored;   ///< frames that changed nothing, by reason
  LinkStats link;  ///< frames captured and lost

  void add(const RunCounts& other) {
    other.ignored.each([&](Reason reason, std::uint64_t count) { ignored.add(reason, count); });
    link.captured += other.link.captured;
    link.kernel_dropped += other.link.kernel_dropped;
    link.queue_dropped += other.link.queue_dropped;
  }
};

}  // namespace tracetcp
