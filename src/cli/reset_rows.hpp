#pragma once

#include "diagnose/known_traces.hpp"
#include "session/forwarding.hpp"

#include <cstddef>
#include <deque>
#include <functional>

namespace tracetcp::cli {

/// Holds back the answer of a trace that a RST ended, and all that is reported after it, until it
/// is known whether the RST is the target's: until other ports were answered, whose distance shows
/// it, or flush() is called. Everything else goes on at once.
class ResetRows final : public Forwarding {
 public:
  using Forwarding::Forwarding;

  void begun(const Trace& trace) override;
  void progressed(const Trace& trace) override;
  void settled(const Trace& trace, const Hop& hop) override;
  void finished(const Trace& trace) override;

  /// Reports all that is held back.
  void flush();

 private:
  /// One event, in the order in which it came.
  struct Held {
    std::function<void()> report;
    std::size_t due = 0;  ///< how many traces must have been answered before
  };

  void release();
  void report(const Trace& trace);

  std::deque<Held> held_;
  KnownTraces known_;  ///< the last that were answered
  std::size_t answered_ = 0;
};

}  // namespace tracetcp::cli
