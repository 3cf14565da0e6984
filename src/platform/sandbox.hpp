#pragma once

#include <string>

namespace tracetcp {

/// What a run needs beyond the descriptors that are open.
struct SandboxNeeds {
  bool sockets = false;   ///< new TCP and UDP sockets: for names, or for SYNs by connect(2)
  bool terminal = false;  ///< how the terminal of standard input behaves is changed: for a screen
  bool serving = false;   ///< TCP connections of others are accepted: for metrics
};

/// Lets the kernel refuse, permanently and in all threads made later, every system call that a run
/// does not need once all is open: programs and processes can't be started, files not be opened for
/// writing, raw and packet sockets not be opened, memory not be made executable, no signal be sent
/// to another process. Without need of sockets none can be opened, bound or
/// connected; only where connections are served does one listen. A call of
/// another architecture (x32) ends the process. Returns an empty string, or why there is no such
/// filter; a run goes on without.
std::string enter_sandbox(SandboxNeeds needs);

}  // namespace tracetcp
