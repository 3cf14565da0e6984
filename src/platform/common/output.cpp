#include "platform/output.hpp"

#include "platform/files.hpp"
#include "platform/standard_streams.hpp"

#include <cerrno>
#include <system_error>
#include <utility>

namespace tracetcp {
namespace {

/// More than any run prints; the reports on a large capture wait for their reader from here on.
constexpr std::size_t most_bytes = std::size_t{64} << 20;

Output* current_output = nullptr;

Error failure_of(int error) {
  return Error::system("cannot write the report to standard output", error);
}

}  // namespace

Output::Output() : minds_pipes_(ignore_broken_pipes()) {
  try {
    const ThreadsWithoutSignals here;  // signals are for the thread that waits for answers
    thread_ = std::thread([this] { run(); });
  } catch (const std::system_error&) {  // pieces are written at once, then
  }
  current_output = this;
}

Output::~Output() {
  current_output = nullptr;
  {
    const std::lock_guard lock(mutex_);
    ended_ = true;
  }
  changed_.notify_all();
  if (thread_.joinable()) thread_.join();
  if (!minds_pipes_) heed_broken_pipes();
}

void Output::put(int file, const std::string& text) {
  if (!thread_.joinable()) {
    error_ = write_unless_failed({file, text}, error_);
    return;
  }
  {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [&] { return bytes_ < most_bytes; });
    bytes_ += text.size();
    waiting_.push_back({file, text});
  }
  changed_.notify_all();
}

/// Returns what is known of standard output then.
int Output::write_unless_failed(const Piece& piece, int known_error) {
  if (piece.file != standard_output) {
    write_all(piece.file, piece.text);
    return known_error;
  }
  return known_error != 0 ? known_error : write_all(piece.file, piece.text);
}

void Output::run() {
  std::unique_lock lock(mutex_);
  for (;;) {
    changed_.wait(lock, [&] { return !waiting_.empty() || ended_; });
    if (waiting_.empty()) return;
    const Piece piece = std::move(waiting_.front());
    waiting_.pop_front();
    const int known_error = error_;
    lock.unlock();
    const int error = write_unless_failed(piece, known_error);
    lock.lock();
    error_ = error;
    bytes_ -= piece.text.size();
    changed_.notify_all();
  }
}

void Output::check() {
  int error = 0;
  {
    const std::lock_guard lock(mutex_);
    if (error_ == 0 || std::exchange(told_, true)) return;
    error = error_;
  }
  if (error == EPIPE && !minds_pipes_) throw ReaderGone(failure_of(error).what());
  throw failure_of(error);
}

void Output::wait_until_written() {
  std::unique_lock lock(mutex_);
  changed_.wait(lock, [&] { return bytes_ == 0; });
}

void write_out(const std::string& text) {
  if (text.empty()) return;
  if (current_output != nullptr) {
    current_output->put(standard_output, text);
    current_output->check();
  } else if (const int error = write_all(standard_output, text)) {
    throw failure_of(error);
  }
}

void write_error(const std::string& text) {
  if (text.empty()) return;
  if (current_output != nullptr) {
    current_output->put(standard_error, text);
  } else {
    write_all(standard_error, text);
  }
}

void finish_output() {
  if (current_output == nullptr) return;
  current_output->wait_until_written();
  current_output->check();
}

}  // namespace tracetcp
