#include "cli/status.hpp"

#include <fmt/core.h>

#include <array>

namespace tracetcp::cli {

int graver(int one, int other) {
  constexpr std::array gravest_first{usage_status, interrupted_status, unexpected_status,
                                     failed_status, undecided_status};
  for (const int status : gravest_first) {
    if (one == status || other == status) return status;
  }
  return 0;
}

int tell_failure(const std::exception& error) {
  if (dynamic_cast<const ReaderGone*>(&error) == nullptr) {
    write_error(fmt::format("tracetcp: {}\n", error.what()));
  }
  return dynamic_cast<const UsageError*>(&error) == nullptr ? failed_status : usage_status;
}

int Outcome::conclude() {
  attempt(finish_output);
  for (const Error& failure : failures_) add(tell_failure(failure));
  return status_;
}

}  // namespace tracetcp::cli
