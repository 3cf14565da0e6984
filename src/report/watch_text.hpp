#pragma once

#include "watch/watch_record.hpp"

#include <tracetcp/names.hpp>

#include <string>

namespace tracetcp {

// A watch in text, for a pipe or a log. Columns are separated by tabs.

/// "2026-11-22T09:00:00Z<TAB>start<TAB>Port 80 is open on ...; path: hop 1 192.0.2.1, ...", after
/// the first round.
std::string start_line(const WatchRecord& record, const Names& names);

/// "2026-11-22T09:00:07Z<TAB>path<TAB>The path changed: ..."
std::string event_line(const WatchEvent& event);

/// One row a hop with its figures since the start, below a row that names the columns.
std::string figures_table(const WatchRecord& record, const Names& names);

/// "3 ms", "0.31 ms"; "-" where it is unknown.
std::string figure_text(std::optional<Duration> time);

/// "12 %", "0.4 %"
std::string loss_text(double loss);

}  // namespace tracetcp
