#pragma once

#include "names/host_addresses.hpp"
#include "platform/waker.hpp"
#include "session/opened_session.hpp"
#include "session/ways_out.hpp"

#include <functional>
#include <memory>

namespace tracetcp {

/// Where a run to many targets takes place: one prober and one capture for all of them.
struct OpenedTargets {
  OpenedSession session;                 ///< has no target of its own; `names`: of live runs
  std::shared_ptr<WaysOut> ways;         ///< SYNs to each target
  std::unique_ptr<HostAddresses> hosts;  ///< looks up names of targets
  /// The names of hops as a trace to that target gets them; null: those of the session.
  std::function<std::unique_ptr<Names>(Endpoint target)> names_for;
  /// Goes on by Method::connect, for targets to which none of our SYNs is seen leaving; empty: that
  /// can't be.
  std::function<void(OpenedTargets&)> use_sockets;
};

/// The network that the options name; they and `waker` must outlive it. When it returns the process
/// has no privileges any more. Throws Error.
OpenedTargets open_targets(const SessionOptions& options, const Waker& waker, Beside& beside);

}  // namespace tracetcp
