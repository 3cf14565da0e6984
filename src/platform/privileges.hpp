#pragma once

namespace tracetcp {

/// Gives up, for good and in all threads made later, every capability and the right to gain new
/// ones; a setuid program becomes its caller. What is open stays open. Throws Error.
void drop_privileges();

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
