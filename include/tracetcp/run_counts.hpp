#pragma once

#include <tracetcp/link.hpp>
#include <tracetcp/reason.hpp>

namespace tracetcp {

/// What is known only once a run is over, or a capture read.
struct RunCounts {
  Tally ignored;   ///< frames that changed nothing, by reason
  LinkStats link;  ///< frames captured and lost
};

}  // namespace tracetcp
