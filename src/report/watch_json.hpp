#pragma once

#include "report/watch_words.hpp"
#include "watch/watch_record.hpp"

#include <tracetcp/report.hpp>

#include <string>

namespace tracetcp {

// The lines of JSON of a watch, each one object with its line end.

/// {"schema":1,"round":7,"trace":{...},"hops":[...]}: a round, and the figures of each hop so far.
/// `report`: a json_report().
std::string round_json(const Report& report, const Trace& trace, const RunCounts& counts,
                       const WatchRecord& record);

/// {"schema":1,"event":"path",...}
std::string event_json(const WatchWords& event);

}  // namespace tracetcp
