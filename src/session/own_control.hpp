#pragma once

#include "session/page_traces.hpp"
#include "session/run_diagnosis.hpp"

#include <tracetcp/engine.hpp>
#include <tracetcp/number.hpp>
#include <tracetcp/strategy.hpp>

#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>

namespace tracetcp {

/// Compares with a trace of another port, which becomes Trace::control unless one that got farther
/// is there.
void add_control(Trace& compared, const Trace& control, RunDiagnosis& diagnosis);

/// A trace of another port to compare with.
struct Control {
  Port port;
  Strategy strategy;
  bool is_whole = false;  ///< it is worth showing by itself
};

/// Which controls a trace needs, one after the other: port 443, or port 80 where 443 was traced or
/// nothing answers there:
///
/// 1. An open port with one SYN to the TTL of its answer and one to the TTL before. If a hop says
///    time exceeded to the first, something nearer than the target may have answered, so all of
///    the other port's path is traced.
/// 2. A silent, rejected or reset one with a trace of its own.
/// 3. If the other ports are silent behind the same hop, it waits for that hop's report that there
///    is no such host.
class ControlPlan {
 public:
  /// How many there are at most.
  static constexpr std::uint32_t most = 4;

  /// Both must outlive it.
  ControlPlan(Trace& trace, const Strategy& strategy);

  /// The next one; empty: there is none.
  std::optional<Control> next();

  /// Takes what became of it: becomes Trace::control if it is the best so far, and its SYNs are
  /// counted with those of the trace.
  void take(const Control& control, const Trace& trace);

 private:
  enum class Step : std::uint8_t { nearer, whole, host_report, none };

  [[nodiscard]] std::optional<Port> port_from(std::size_t place);

  Trace& trace_;
  const Strategy& strategy_;
  Step step_ = Step::none;
  std::size_t place_ = 0;  ///< in the list of usual ports
  Port last_;              ///< the last that was traced whole
};

/// Compares a trace by the controls of such a plan, each a run of its own.
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
  Trace run_control(const Trace& trace, const Control& control);

  Parts parts_;
};

}  // namespace tracetcp
