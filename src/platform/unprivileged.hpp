#pragma once

#include <functional>
#include <string>

namespace tracetcp {

/// Runs `work` in a process of its own that has given up all privileges, and returns its result.
/// For what must read from the network before our own privileges can go. An Error that `work`
/// throws is thrown here, with the same text. A signal that is handled ends the wait, and the
/// process, with an Error.
std::string run_unprivileged(const std::function<std::string()>& work);

}  // namespace tracetcp
