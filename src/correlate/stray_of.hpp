#pragma once

#include <tracetcp/decode.hpp>
#include <tracetcp/stray.hpp>
#include <tracetcp/time.hpp>

namespace tracetcp {

/// What was captured at that time, as a stray of that kind.
Stray stray_of(StrayKind kind, const TcpSegment& segment, TimePoint time);
Stray stray_of(StrayKind kind, const IcmpError& error, TimePoint time);

}  // namespace tracetcp
