#pragma once

#include <string>

namespace tracetcp {

/// Gives up, permanently and in all threads made later, every capability and the right to gain new
/// ones; a setuid program becomes its caller. What is open stays open. Returns an empty string, or
/// why capabilities are left: where a filter of system calls refuses capset(2). Throws Error.
std::string drop_privileges();

/// Whether this process has no privileges to give up.
bool is_unprivileged();

/// As long as it lives a setuid program has the rights of its caller when it opens files. Throws
/// Error.
class AsCaller {
 public:
  AsCaller();
  ~AsCaller();
  AsCaller(const AsCaller&) = delete;
  AsCaller& operator=(const AsCaller&) = delete;

 private:
  void restore() const;

  unsigned user_;  ///< who it is otherwise
  unsigned group_;
};

}  // namespace tracetcp
