#pragma once

#include "session/page_traces.hpp"
#include "session/run_diagnosis.hpp"

#include <tracetcp/engine.hpp>

#include <functional>

namespace tracetcp {

/// Compares with a trace of another port, which becomes Trace::control unless one that got farther
/// is there.
void add_control(Trace& compared, Trace control, RunDiagnosis& diagnosis);

/// Compares a trace with port 443, or with port 80 where 443 was traced or nothing answers there:
///
/// 1. An open port with one SYN to the TTL of its answer and one to the TTL before. If a hop says
///    time exceeded to the first, something nearer than the target may have answered, so all of
///    the other port's path is traced.
/// 2. A silent, rejected or reset one with a trace of its own.
/// 3. If the other ports are silent behind the same hop, it waits for that hop's report that there
///    is no such host.
class OwnControl {
 public:
  struct Parts {
    Prober& prober;
    Strategy strategy;
    Endpoint source;  ///< of the probes
    Meanwhile& meanwhile;
    RunDiagnosis& diagnosis;
    PageTraces& page;
    std::function<bool()> interrupted;
    Tally& late;
  };

  explicit OwnControl(Parts parts) : parts_(std::move(parts)) {}

  /// Adds the SYNs of the controls to those of the trace.
  void compare(Trace& trace);

 private:
  Trace run_control(const Trace& trace, Port port, const Strategy& strategy);
  /// Returns whether something nearer may have answered.
  bool answers_nearer(Trace& trace, Port port);
  /// Returns whether no other control is needed, or none can be had.
  bool take_control(Trace& trace, Port port, const Strategy& strategy);
  void trace_whole(Trace& trace);

  Parts parts_;
};

}  // namespace tracetcp
