#pragma once

#include <tracetcp/trace.hpp>

#include <vector>

namespace tracetcp {

/// Memory of traces that were handed over, for those to come: getting it anew took longer than all
/// else that is done with a reply.
class SpareMemory {
 public:
  /// Gives room to an empty list, if there is any to spare.
  void give_to(std::vector<Reply>& replies) {
    if (replies_.empty()) return;
    replies.swap(replies_.back());
    replies_.pop_back();
  }

  /// From `first` to `last`, without probes.
  std::vector<Hop> hops(int first, int last);

  /// Takes the memory of a trace that is no longer needed.
  void keep(Trace&& trace);

 private:
  std::vector<std::vector<Reply>> replies_;
  std::vector<std::vector<ProbeRecord>> probes_;
  std::vector<std::vector<Hop>> hops_;
};

}  // namespace tracetcp
