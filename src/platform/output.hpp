#pragma once

#include <tracetcp/error.hpp>

#include <condition_variable>
#include <cstddef>
#include <deque>
#include <mutex>
#include <string>
#include <thread>

namespace tracetcp {

/// The reader of standard output went away, as head(1) does when it has seen enough. An Error like
/// others where SIGPIPE was ignored when the program began: who started it so wants to know.
class ReaderGone : public Error {
 public:
  using Error::Error;
};

/// Writes standard output and standard error in a thread of its own, for as long as it lives: a
/// slow reader (a pager, a terminal stopped by Ctrl-S) must not hold up a trace, which would take
/// the answers that come meanwhile for silence. There is one at a time; without one the functions
/// below write at once.
class Output {
 public:
  Output();
  ~Output();  ///< writes what is left
  Output(const Output&) = delete;
  Output& operator=(const Output&) = delete;

  void put(int file, const std::string& text);

  /// Throws what went wrong with standard output, once.
  void check();

  void wait_until_written();

 private:
  struct Piece {
    int file;
    std::string text;
  };

  void run();
  int write_unless_failed(const Piece& piece, int known_error);

  const bool minds_pipes_;  ///< see ReaderGone
  std::mutex mutex_;        // guards all that follow, but for the thread
  std::condition_variable changed_;
  std::deque<Piece> waiting_;
  std::size_t bytes_ = 0;  ///< of those that are not written yet
  bool ended_ = false;
  int error_ = 0;  ///< errno of standard output, from which on it is left alone
  bool told_ = false;
  std::thread thread_;
};

/// Writes a piece of the report to standard output, after all that was written before. Where an
/// earlier piece could not be written, throws Error, once; what comes then is left out.
void write_out(const std::string& text);

/// The same for standard error, whose failures change nothing.
void write_error(const std::string& text);

/// Returns when all is written. Throws as write_out() does.
void finish_output();

}  // namespace tracetcp
