#pragma once

#include <tracetcp/address.hpp>
#include <tracetcp/names.hpp>
#include <tracetcp/networks.hpp>
#include <tracetcp/run_counts.hpp>
#include <tracetcp/trace.hpp>

#include <cstddef>
#include <memory>
#include <string>
#include <vector>

namespace tracetcp {

/// What all traces of one run have in common, for the reports.
struct RunInfo {
  std::string target_name;  ///< as the user gave it; empty where that was an address
  /// Of that name, the traced one among them; empty: there is no other.
  std::vector<Address> target_addresses{};
  std::string method;  ///< "raw", "simulated", ...
  std::string interface;
  Endpoint source;                  ///< port 0: each probe has one of its own
  std::vector<std::string> limits;  ///< what the method can't know or keep, one clause each
  int max_hops = 30;
  int probes_per_hop = 0;  ///< that are asked for; 0: not known
  bool all_paths = false;  ///< traces have their paths, see run_paths()
  bool precise = false;    ///< RTTs in text with three decimals
  bool fine = false;       ///< without precise: those below 1 ms with two
  std::string command;   ///< as it was typed, to which advice adds an option; empty: none is given
  std::size_t line = 0;  ///< of the list that names the target, from 1; 0: there is none
  const Networks* networks = nullptr;  ///< null: no database is in use; outlives the report
};

/// Turns traces into text. All functions are pure but for the names, which come as they are known,
/// and for what close() sums up.
class Report {
 public:
  virtual ~Report() = default;

  // These add to `text`.
  virtual void add_begin(std::string& text, const Trace& trace) const = 0;
  /// One settled hop, with Trace::paths all nodes of its TTL; may be nothing, as for the hop that
  /// the verdict shows in the end.
  virtual void add_hop(std::string& text, const Trace& trace, const Hop& hop) const = 0;
  /// Who answered at the end of the path, where that is a line of its own.
  virtual void add_answer(std::string&, const Trace&) const {}
  /// What follows that.
  virtual void add_end(std::string& text, const Trace& trace, const RunCounts& counts) const = 0;
  /// What is to be said of all traces that ended, once the run is over.
  virtual std::string close() const { return ""; }

  // The same alone.
  [[nodiscard]] std::string begin(const Trace& trace) const {
    std::string text;
    add_begin(text, trace);
    return text;
  }
  [[nodiscard]] std::string hop(const Trace& trace, const Hop& hop) const {
    std::string text;
    add_hop(text, trace, hop);
    return text;
  }
  [[nodiscard]] std::string answer(const Trace& trace) const {
    std::string text;
    add_answer(text, trace);
    return text;
  }
  [[nodiscard]] std::string rest(const Trace& trace, const RunCounts& counts) const {
    std::string text;
    add_end(text, trace, counts);
    return text;
  }
  /// Both.
  [[nodiscard]] std::string end(const Trace& trace, const RunCounts& counts) const {
    std::string text;
    add_answer(text, trace);
    add_end(text, trace, counts);
    return text;
  }
};

/// For --verbose: the times of each hop, and every conclusion with what it rests on.
std::string details(const Trace& trace);

std::unique_ptr<Report> standard_report(const RunInfo& info, const Names& names);
std::unique_ptr<Report> condensed_report(const RunInfo& info, const Names& names);
std::unique_ptr<Report> matrix_report(const RunInfo& info);
std::unique_ptr<Report> json_report(const RunInfo& info, const Names& names);

}  // namespace tracetcp
