#pragma once

#include "cli/limits.hpp"
#include "cli/shard.hpp"
#include "session/expectation_check.hpp"

#include <tracetcp/address.hpp>
#include <tracetcp/number.hpp>
#include <tracetcp/port_list.hpp>
#include <tracetcp/session.hpp>
#include <tracetcp/strategy.hpp>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace tracetcp::cli {

enum class Format : std::uint8_t { standard, condensed, matrix, json };

/// What --color says.
enum class Colour : std::uint8_t {
  automatic,  ///< on a terminal
  always,
  off,  ///< never
};

/// The name that the command line uses, e.g. "auto".
std::string_view name(Colour colour);

/// Everything that the user can ask for: what is traced, and how that is shown. The defaults are
/// the program's.
struct Options : SessionOptions {
  bool help = false;  ///< print the help text and nothing else; likewise version
  bool version = false;
  bool check = false;  ///< show which methods work here instead of tracing

  bool both_families = false;  ///< trace one address of each
  bool ports_given = false;    ///< they are the user's choice

  Format format = Format::standard;
  bool precise = false;
  Colour colour = Colour::automatic;
  std::string as_file;  ///< AS database; empty: that in the usual place
  bool no_as = false;   ///< no network is named
  bool verbose = false;
  bool only_open = false;  ///< of a scan print only the open ports
  std::optional<Expectation> expected;
  bool may_compare = true;  ///< one port may be compared with another by itself

  bool watch = false;                        ///< go on, round after round
  Duration every = std::chrono::seconds(1);  ///< of a watch: from one round to the next
  std::optional<std::uint64_t> rounds;       ///< of a watch: how many; empty: until interrupted
  std::optional<Endpoint> metrics;           ///< of a watch: where to serve them; empty: nowhere

  std::string read_file;           ///< report on this capture instead of tracing; empty: trace
  std::string targets_file;        ///< trace what this list names; empty: there is none
  Shard shard;                     ///< of that list
  std::string audit_file;          ///< hold ports to this policy; empty: there is none
  std::string junit_file;          ///< of that; empty: none is written
  std::string compare_old;         ///< compare these two files; empty: trace
  std::string compare_new;         ///< likewise
  std::string baseline_file;       ///< compare with this one; empty: with none
  std::string html_file;           ///< empty: no page is written
  std::vector<std::string> notes;  ///< for standard error: what may have been meant otherwise
  std::string command;             ///< as it was typed, quoted for a shell
};

/// Reads the command line, program name first. Where help or version is asked for nothing else of
/// it is looked at beyond its form. Throws UsageError: one line that names the thing and the way
/// out.
Options parse(int argc, const char* const* argv);

}  // namespace tracetcp::cli
