#pragma once

#include "session/forwarding.hpp"

namespace tracetcp::cli {

/// Hands on the traces that found their port open, once that is known, and no others.
class OpenPorts final : public Forwarding {
 public:
  using Forwarding::Forwarding;

  void begun(const Trace&) override {}
  void settled(const Trace&, const Hop&) override {}
  void finished(const Trace& trace) override {
    if (trace.verdict.state != State::open) return;
    to().begun(trace);
    for (const Hop& hop : trace.path()) to().settled(trace, hop);
    to().finished(trace);
  }
};

}  // namespace tracetcp::cli
