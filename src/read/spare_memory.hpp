#pragma once

#include <tracetcp/trace.hpp>

#include <vector>

namespace tracetcp {

/// Memory of traces that were handed over, for those to come: getting it anew took longer than all
/// else that is done with a reply.
class SpareMemory {
 public:
  /// From `first` to `last`. What their probes are is left from earlier traces, but none has a
  /// reply: they are to be made as many as there are, and to be filled in.
  std::vector<Hop> hops(int first, int last);

  /// Takes the memory of a trace that is no longer needed.
  void keep(Trace&& trace);

 private:
  std::vector<std::vector<ProbeRecord>> probes_;
  std::vector<std::vector<Hop>> hops_;
};

}  // namespace tracetcp
