#pragma once

#include "identity/tagger.hpp"
#include "link/record/recording_file.hpp"
#include "link/record/recording_link.hpp"
#include "platform/waker.hpp"

#include <tracetcp/link.hpp>
#include <tracetcp/names.hpp>
#include <tracetcp/prober.hpp>
#include <tracetcp/session.hpp>

#include <array>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace tracetcp {

struct OpenedMethod;

/// Where a run takes place: the real network or a simulated one, ready to be traced.
struct OpenedSession {
  Address target;
  std::vector<Address> addresses;        ///< that the target's name has, in the resolver's order
  std::string method;                    ///< as reports name it
  std::vector<std::string> limits;       ///< what it can't know or keep, one clause each
  std::vector<std::string> passed_over;  ///< a line for each better method that does not work here
  std::string unconfined;                ///< why system calls are not filtered; empty: they are
  bool one_outstanding = false;          ///< it sends one SYN of a trace at a time
  bool own_flows = false;                ///< each probe leaves from a source port of its own
  std::optional<Duration> probe_lifetime;  ///< see Strategy
  std::string interface;                   ///< empty: none
  Address source;
  SourceOf source_of;  ///< of each target, where they are many; empty: `source`
  PortBlock source_ports;
  std::uint64_t seed = 0;
  std::unique_ptr<Names> names;
  std::unique_ptr<Link> link;  ///< null where sockets take its place
  std::unique_ptr<Prober> sockets;
  RecordingLink* recording = nullptr;  ///< `link`, where it is to be recorded
  std::shared_ptr<void> held;          ///< what must live as long, such as reserved ports
  WhyUnsent why_unsent;                ///< asks this machine why SYNs don't leave
  /// Makes it one of Method::connect, for when our SYNs are not seen leaving; empty: it can't be.
  std::function<void(OpenedSession&)> use_sockets;
};

/// One of several sessions of a run. All are found while the privileges are there, and started one
/// by one.
struct FoundSession {
  OpenedSession session;
  /// Starts its capture, or its sockets; to be called once, after privileges are given up.
  std::function<void(OpenedSession&, std::shared_ptr<RecordingFile>)> start;
  bool opens_sockets = false;  ///< later, which system calls are needed for
  std::string failure;         ///< why there is none; empty: there is
};

/// What a front end opens beside a session, such as the file of a page.
class Beside {
 public:
  virtual ~Beside() = default;

  /// Called last of all that can fail but the recording, while the privileges are there.
  /// `passed_over` may get lines for OpenedSession::passed_over. Throws Error.
  virtual void open(std::vector<std::string>& /*passed_over*/) {}
  /// The recording is open.
  virtual void recorded_to(const std::string& /*file*/) {}
  /// The session could not be opened after all.
  virtual void discard() {}
};

std::uint64_t random_seed();

/// The addresses of the host that the options name, one at least, all of the family that they ask
/// for. DNS answers are not parsed by a process that has privileges. Throws Error.
std::vector<Address> resolve(const SessionOptions& options);

/// The prober of Method::connect. Throws Error.
std::unique_ptr<Prober> socket_prober(const SessionOptions& options, const OpenedMethod& way,
                                      const Waker& waker);

/// The network that the options name; they and `waker`, which ends waits early, must outlive it.
/// When it returns the process has no privileges any more. Throws Error.
OpenedSession open_session(const SessionOptions& options, const Waker& waker, Beside& beside);

/// Several, none of which is recorded; what fails costs only its own. The options but the host and
/// its ports are alike; they must outlive the sessions. Throws Error of `beside` and of the
/// privileges.
std::vector<FoundSession> find_sessions(const std::vector<const SessionOptions*>& options,
                                        const Waker& waker, Beside& beside);

/// What is opened for one of two runs.
struct Opening {
  const SessionOptions& options;
  Beside& beside;
  const Waker& waker;
};

/// The same for two runs side by side, which are to trace one host, one family each: what needs
/// privileges is opened for both before they are given up. Where the first is to be recorded both
/// are, to its file.
std::array<OpenedSession, 2> open_sessions(const std::array<Opening, 2>& openings);

}  // namespace tracetcp
