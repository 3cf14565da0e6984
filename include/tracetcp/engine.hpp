#pragma once

#include <tracetcp/port_list.hpp>
#include <tracetcp/prober.hpp>
#include <tracetcp/reason.hpp>
#include <tracetcp/strategy.hpp>
#include <tracetcp/trace.hpp>

#include <cstddef>
#include <functional>

namespace tracetcp {

/// Learns what a run finds out, as soon as it is certain. Traces come in the order of their ports,
/// the hops of a trace in the order of their TTLs.
class Observer {
 public:
  virtual ~Observer() = default;

  virtual void begun(const Trace& trace) = 0;
  virtual void settled(const Trace& trace, const Hop& hop) = 0;
  /// The end of the path is known; finished() follows, perhaps only after a comparison. Not always
  /// called.
  virtual void answered(const Trace&) {}
  virtual void finished(const Trace& trace) = 0;

  /// Of the trace that was begun last a SYN left or an answer came, so that hops which are not
  /// settled have something new. It may change until it is finished.
  virtual void progressed(const Trace& /*trace*/) {}
};

/// What goes on beside a run and has deadlines of its own, such as lines that wait for names.
class Meanwhile {
 public:
  virtual ~Meanwhile() = default;

  /// A reply came from that address, perhaps to a trace that is reported later.
  virtual void heard(Address /*from*/) {}

  /// Called before every wait: does what is due. Returns when it wants to be called again (never:
  /// not by itself).
  virtual TimePoint tick(TimePoint now) = 0;

  /// Called after every wait, when what came was taken and reported.
  virtual void stepped(TimePoint now) { tick(now); }

  /// Whether it has nothing left to do.
  [[nodiscard]] virtual bool idle() const { return true; }
};

/// One target and the ports to trace there, one at least.
struct Job {
  Address target;
  PortList ports;
};

/// How many traces of a run are under way at once.
inline constexpr std::size_t most_side_by_side = 2048;

/// Runs one trace per port over the prober, as many side by side as is gentle. Ends early, with all
/// that is known handed to the observer, once `interrupted` says so. `late` counts replies that
/// came when their hop was settled. Throws Error from the prober, also after handing over what is
/// known. `meanwhile` has its turns between (null: nothing has); the run does not wait for it in
/// the end.
void run(Prober& prober, const Strategy& strategy, const Job& job, Observer& observer,
         const std::function<bool()>& interrupted, Tally& late, Meanwhile* meanwhile = nullptr);

/// Source ports that run_paths() uses at most, one for each flow; the prober must give each trace
/// its own (TagMode::flow).
inline constexpr std::uint16_t most_flows = 512;

/// Traces from this number on, of as many flows, have a flow label of their own beside their source
/// port (IPv6). The first of them take ports that a search by few ports leaves free.
inline constexpr std::uint32_t first_label_flow = most_flows + most_flows / 2;

/// Traces the first port of the job, then finds all paths to it: Trace::paths. Where other source
/// ports change nothing over IPv6, other flow labels are tried. The observer gets
/// begun() at once, settled() for each hop with Trace::paths as far as they are known, and
/// finished() once all is known. A hop of which a later flow showed more is settled again in the
/// end. `source`: where the probes leave from, with the first of the source ports.
void run_paths(Prober& prober, const Strategy& strategy, const Job& job, Endpoint source,
               Observer& observer, const std::function<bool()>& interrupted, Tally& late,
               Meanwhile* meanwhile = nullptr);

}  // namespace tracetcp
