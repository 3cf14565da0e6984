#pragma once

#include <string>
#include <utility>
#include <vector>

namespace tracetcp {

/// What of this machine decides which methods work for this process.
struct Machine {
  std::vector<std::pair<std::string, std::string>> facts;  ///< names and values, to be shown
  std::string advice;  ///< what to do where packets can't be sent
};

Machine look_at_machine();

}  // namespace tracetcp
