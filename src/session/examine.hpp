#pragma once

#include "platform/waker.hpp"

#include <tracetcp/session.hpp>

#include <string>
#include <utility>
#include <vector>

namespace tracetcp {

/// What --check found out. Plain data.
struct CheckReport {
  struct Method {
    std::string name;
    bool works = false;   ///< it could be opened
    bool proved = false;  ///< a SYN that it sent was answered
    std::string text;     ///< the proof, or why not
  };

  std::vector<std::string> versions;
  std::vector<std::pair<std::string, std::string>> machine;  ///< what is looked at, what it is
  std::vector<Method> methods;
  std::vector<std::string> advice;  ///< what to do, most useful first
};

/// Finds out which methods work on this machine and why the others don't, and proves each with a
/// SYN to the host and the first port of the options. The process has no privileges when it
/// returns. `versions` stay empty. `waker` ends waits early. Throws Error.
CheckReport examine(const SessionOptions& options, const Waker& waker);

}  // namespace tracetcp
