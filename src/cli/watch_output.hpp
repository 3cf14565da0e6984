#pragma once

#include "cli/options.hpp"
#include "cli/watched.hpp"
#include "report/watch_words.hpp"

#include <tracetcp/names.hpp>
#include <tracetcp/run_counts.hpp>

#include <vector>

namespace tracetcp::cli {

/// Writes what a watch finds out to standard output: a line for each event, or JSON for each round
/// too. `several`: lines name their target.
class WatchOutput {
 public:
  WatchOutput(const Options& options, const Names& names, bool several)
      : names_(names), is_json_(options.format == Format::json), several_(several) {}

  /// After a round of that port.
  void round(const Watched& watched, const std::vector<WatchWords>& events,
             const RunCounts& counts) const;
  /// The figures, where they are for a reader.
  void close(const AllWatched& all) const;

 private:
  [[nodiscard]] const Names& names_of(const Watched& watched) const;

  const Names& names_;
  const bool is_json_;
  const bool several_;
};

}  // namespace tracetcp::cli
