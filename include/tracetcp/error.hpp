#pragma once

#include <stdexcept>
#include <string>

namespace tracetcp {

/// A failure of set-up or I/O. The message is one line: what failed, on what, and what to do about
/// it, for example "cannot open a raw socket: Operation not permitted; run as root or ...".
class Error : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;

  /// "WHAT: strerror(code); REMEDY" (without the last part where remedy is empty).
  static Error system(const std::string& what, int code, const std::string& remedy = "");
};

/// Wrong usage of the command line or of an input file that the user wrote: exit status 2.
class UsageError : public Error {
 public:
  using Error::Error;
};

}  // namespace tracetcp
