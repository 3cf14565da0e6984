#pragma once

#include "cli/limits.hpp"

#include <tracetcp/address.hpp>
#include <tracetcp/number.hpp>
#include <tracetcp/port_list.hpp>
#include <tracetcp/strategy.hpp>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace tracetcp {

enum class Format : std::uint8_t { standard, condensed, matrix, json };

/// How SYNs leave.
enum class Method : std::uint8_t {
  automatic,  ///< whatever works best here
  raw,        ///< raw IP socket
  link,       ///< complete link-layer frames on the interface
  connect,    ///< ordinary sockets, without privileges
};

/// What --expect says of every port that is traced.
enum class Expectation : std::uint8_t {
  open,
  closed,
  blocked,  ///< silent, rejected, or reset by something else than the target
};

/// What --color says.
enum class Colour : std::uint8_t {
  automatic,  ///< on a terminal
  always,
  off,  ///< never
};

/// The names that the command line uses, e.g. "auto" and "isn".
std::string_view name(Method method);
std::string_view name(TagMode mode);
std::string_view name(Expectation expectation);
std::string_view name(Colour colour);

/// Everything that the user can ask for; the defaults are the program's.
struct Options {
  bool help = false;  ///< print the help text and nothing else; likewise version
  bool version = false;
  bool check = false;  ///< tell which methods work here instead of tracing

  std::string host;              ///< name or IPv4 address, as it was typed, without the port
  PortList ports{default_port};  ///< one trace per port; one at least
  bool ports_given = false;      ///< they are the user's choice

  Strategy strategy;
  TagMode tag_mode = TagMode::id;
  bool one_path = false;   ///< one source port a trace, whatever the method
  bool all_paths = false;  ///< find all paths, by many source ports

  Format format = Format::standard;
  bool look_up_names = true;
  bool precise = false;
  Colour colour = Colour::automatic;
  std::string as_file;  ///< AS database; empty: that in the usual place
  bool no_as = false;   ///< no network is named
  bool verbose = false;
  bool scan = false;       ///< the ports are asked with one TTL that is sure to reach the target
  bool only_open = false;  ///< of a scan print only the open ports
  bool overwrite = false;  ///< write_file and html_file may be there already
  std::optional<Expectation> expected;
  std::optional<Port> control_port;  ///< traced first, only to compare with
  bool may_compare = true;           ///< see compares_by_itself()

  Method method = Method::automatic;
  std::optional<Address> gateway;
  std::string interface;  ///< empty: the route's
  std::optional<Address> source;
  std::optional<Port> source_port;
  std::optional<std::uint64_t> seed;
  std::string sim_file;  ///< empty: the real network

  std::string read_file;      ///< report on this capture instead of tracing; empty: trace
  std::string needs_packets;  ///< the option that rules out Method::connect; empty: none
  std::string write_file;     ///< empty: nothing is recorded
  std::string html_file;      ///< empty: no page is written
  std::string command;        ///< as it was typed, quoted for a shell
};

/// How many source ports in a row a run with these options uses.
std::uint16_t source_ports(const Options& options);

/// Whether one port is traced that is compared with another by itself, see OwnControl.
bool compares_by_itself(const Options& options);

/// Reads the command line, program name first. Where help or version is asked for nothing else of
/// it is looked at beyond its form. Throws UsageError: one line that names the thing and the way
/// out.
Options parse(int argc, const char* const* argv);

}  // namespace tracetcp
