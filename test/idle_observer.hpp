#pragma once

// For observers of which a test needs one member or two.

#include <tracetcp/engine.hpp>

/// Takes no notice, and never has anything to do.
struct IdleObserver : tracetcp::Observer {
  void begun(const tracetcp::Trace&) override {}
  void settled(const tracetcp::Trace&, const tracetcp::Hop&) override {}
  void finished(const tracetcp::Trace&) override {}
  void heard(tracetcp::Address) override {}
  tracetcp::TimePoint tick(tracetcp::TimePoint) override { return tracetcp::never; }
  [[nodiscard]] bool idle() const override { return true; }
};
