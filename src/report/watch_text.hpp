#pragma once

#include "report/watch_words.hpp"
#include "watch/watch_record.hpp"

#include <tracetcp/names.hpp>

#include <span>
#include <string>

namespace tracetcp {

// A watch in text, for a pipe or a log. Columns are separated by tabs. `target`: which of several
// ports it is, "www.example.com:443", in a column of its own; empty: there is one.

/// "2026-11-22T09:00:00Z<TAB>start<TAB>Port 80 is open on ...; path: hop 1 192.0.2.1, ...", after
/// the first round.
std::string start_line(const WatchRecord& record, const Names& names,
                       const std::string& target = "");

/// "2026-11-22T09:00:07Z<TAB>path<TAB>The path changed: ..."
std::string event_line(const WatchWords& event, const std::string& target = "");

/// Of one port what the table of figures has.
struct WatchedFigures {
  const WatchRecord& record;
  std::string target;  ///< as above
};

/// One row a hop with its figures since the start, below a row that names the columns.
std::string figures_table(std::span<const WatchedFigures> watched, const Names& names);

/// "3 ms", "0.31 ms"; "-" where it is unknown.
std::string figure_text(std::optional<Duration> time);

/// "12 %", "0.4 %"
std::string loss_text(double loss);

}  // namespace tracetcp
