#pragma once

// Holds a diagnosis against what is true of the network.

#include "middlebox_network.hpp"

#include <tracetcp/diagnosis.hpp>

#include <string>
#include <vector>

namespace simtest {

enum class Score { right, not_sure, wrong };

/// One thing that was to be found out about a port.
struct Answered {
  std::string question;
  bool decidable = false;  ///< the evidence can decide it
  Score score = Score::wrong;
};

/// Who answers, and all that the network does to the SYNs of this port.
std::vector<Answered> answers_of(const BoxedNetwork& network, int port,
                                 const tracetcp::Diagnosis& diagnosis);

/// What was called certain of one port.
struct Certain {
  int claims = 0;
  std::vector<std::string> wrong;  ///< those that are not true
};
Certain certain_of(const BoxedNetwork& network, int port, const tracetcp::Diagnosis& diagnosis);

}  // namespace simtest
