#pragma once

#include <tracetcp/address.hpp>
#include <tracetcp/number.hpp>
#include <tracetcp/port_list.hpp>
#include <tracetcp/sentences.hpp>
#include <tracetcp/strategy.hpp>
#include <tracetcp/trace.hpp>

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace tracetcp {

/// How SYNs leave.
enum class Method : std::uint8_t {
  automatic,  ///< the first that works of raw, link and connect
  raw,        ///< raw IP socket; needs CAP_NET_RAW
  link,       ///< complete link-layer frames on the interface; needs CAP_NET_RAW
  connect,    ///< ordinary sockets, without privileges
};

/// The name that the command line uses, e.g. "auto".
std::string_view name(Method method);

/// What a session traces, and how. The defaults are the program's.
struct SessionOptions {
  std::string host;                   ///< a name or an address, without the port
  bool many_hosts = false;            ///< not that host is traced, but those of a list
  std::optional<Family> family;       ///< of the name's addresses; empty: either
  PortList ports{Port{80}};           ///< one trace per port; one at least
  Strategy strategy;                  ///< pace, TTLs, waits
  TagMode tag_mode = TagMode::id;     ///< how the probes of a trace are distinguished
  bool one_path = false;              ///< one source port a trace, whatever the method
  bool all_paths = false;             ///< find all paths, by many source ports: Trace::paths
  bool scan = false;                  ///< the ports are asked with one TTL that reaches the target
  bool look_up_names = true;          ///< names of hops, by DNS
  std::optional<Port> control_port;   ///< traced first, only to compare with
  bool compares_by_itself = false;    ///< the first trace is compared with traces of other ports
  Method method = Method::automatic;  ///< how SYNs leave
  std::string needs_packets;          ///< the option that rules out Method::connect; empty: none
  std::optional<Address> gateway;     ///< the neighbour that frames are addressed to
  std::string interface;              ///< empty: the route's
  std::optional<Address> source;      ///< empty: the route's
  std::optional<Port> source_port;    ///< empty: free ones
  std::optional<std::uint64_t> seed;  ///< of all that is random in a run; empty: random itself
  std::string sim_file;               ///< TOML file of a simulated network; empty: the real one
  std::string write_file;             ///< pcap file that the run is recorded in; empty: none
  bool overwrite = false;             ///< that file may be there already
  /// Frames are captured on all interfaces, so that a recording of two runs has one link type.
  bool capture_everywhere = false;
  /// Let the kernel refuse, for the rest of the process, all system calls but those that a trace
  /// and standard output need (seccomp). For programs that do nothing else.
  bool filter_system_calls = false;
  bool sets_terminal = false;  ///< such a filter lets the modes of a terminal be set
  bool serves = false;         ///< such a filter lets TCP connections be accepted
};

/// How many source ports in a row a session with these options uses.
std::uint16_t source_ports(const SessionOptions& options);

/// One run of traces to one host, in the real network or in a simulated one.
///
///   tracetcp::Session session({.host = "192.0.2.1", .ports = tracetcp::PortList(Port{443})});
///   for (const tracetcp::Trace& trace : session.run()) puts(sentence(trace).c_str());
class Session {
 public:
  /// Called for each hop once it is settled, by rising TTL, the traces in the order of their ports.
  using OnHop = std::function<void(const Trace& trace, const Hop& hop)>;

  /// Finds address, route and method, and opens what needs privileges. THE PROCESS HAS NO
  /// PRIVILEGES ANY MORE WHEN IT RETURNS: capabilities and other users' rights are given up for
  /// good, before anything is read from the network. Throws Error, one line: what failed, on what,
  /// what to do.
  explicit Session(SessionOptions options);
  ~Session();
  Session(Session&&) noexcept;
  Session& operator=(Session&&) noexcept;

  [[nodiscard]] Address target() const;
  [[nodiscard]] Endpoint source() const;               ///< port 0: each probe has one of its own
  [[nodiscard]] const std::string& method() const;     ///< "raw", "link", "connect", "simulated"
  [[nodiscard]] const std::string& interface() const;  ///< empty: none
  /// What the method can't know or keep, one clause each.
  [[nodiscard]] const std::vector<std::string>& limits() const;

  /// Traces all ports, once, and returns the traces in their order, each with its diagnosis in the
  /// light of the others. Not for scans. `interrupted` ends it early once it returns true; it is
  /// asked after every wait. Throws Error.
  std::vector<Trace> run(const OnHop& on_hop = {}, const std::function<bool()>& interrupted = {});

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace tracetcp
