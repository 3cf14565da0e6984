#pragma once

// For observers of which a test needs one member or two.

#include <tracetcp/engine.hpp>

/// Takes no notice.
struct IdleObserver : tracetcp::Observer {
  void begun(const tracetcp::Trace&) override {}
  void settled(const tracetcp::Trace&, const tracetcp::Hop&) override {}
  void finished(const tracetcp::Trace&) override {}
};
