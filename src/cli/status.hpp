#pragma once

#include "platform/interrupt.hpp"
#include "platform/output.hpp"

#include <tracetcp/error.hpp>

#include <exception>
#include <vector>

namespace tracetcp::cli {

// Exit statuses, beside 0 and interrupted_status.
inline constexpr int failed_status = 1;  ///< it could not be done, or nothing is known of a port
inline constexpr int usage_status = 2;   ///< wrong usage
inline constexpr int unexpected_status = 3;  ///< a port is not as --expect or --audit says
inline constexpr int undecided_status = 4;   ///< a line of --audit can't be decided

/// Of two exit statuses the one that the program ends with.
int graver(int one, int other);

/// Writes a failure to standard error, one line, and returns the exit status that it makes. Of a
/// reader that went away nothing is said, as other programs do it.
int tell_failure(const std::exception& error);

/// The end of a run whose parts may fail: first what it found is printed, then each failure.
class Outcome {
 public:
  /// Does `work`, whose Error makes the status failed_status.
  template <class Work>
  void attempt(Work work) {
    try {
      work();
    } catch (const ReaderGone& error) {
      status_ = graver(status_, failed_status);
    } catch (const Error& error) {
      failures_.push_back(error);
    }
  }

  void add(int status) { status_ = graver(status_, status); }

  /// Returns the exit status, once all output and all failures are printed.
  int conclude();

 private:
  int status_ = 0;
  std::vector<Error> failures_;
};

}  // namespace tracetcp::cli
