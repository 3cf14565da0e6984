#pragma once

#include <string>

namespace tracetcp {

/// Lets the kernel refuse, for good and in all threads made later, every system call that a run
/// does not need once all is open: programs and processes can't be started, files not be opened for
/// writing, raw and packet sockets not be opened, memory not be made executable. Returns an empty
/// string, or why there is no such filter; a run goes on without.
std::string enter_sandbox();

}  // namespace tracetcp
