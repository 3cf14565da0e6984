#include "session/line_input.hpp"

#include "platform/files.hpp"
#include "platform/input.hpp"

#include <array>
#include <cerrno>
#include <string_view>
#include <utility>

namespace tracetcp {

LineInput::LineInput(int file, std::function<void()> on_lines)
    : file_(file), on_lines_(std::move(on_lines)), thread_([this] { run(); }) {}

LineInput::~LineInput() {
  {
    const std::lock_guard lock(mutex_);
    stops_ = true;
  }
  room_.notify_all();
  stop_.notify();
  thread_.join();
}

std::optional<std::string> LineInput::next() {
  const std::lock_guard lock(mutex_);
  if (lines_.empty()) return std::nullopt;
  std::string line = std::move(lines_.front());
  lines_.pop_front();
  room_.notify_all();
  return line;
}

bool LineInput::ended() const {
  const std::lock_guard lock(mutex_);
  return ended_ && lines_.empty();
}

int LineInput::failure() const {
  const std::lock_guard lock(mutex_);
  return failure_;
}

void LineInput::run() {
  constexpr int without_end = -1;
  std::array<char, 4096> buffer;
  while (wait_for_room()) {
    if (wait_for_input(file_, stop_, without_end) != InputReady::yes) continue;
    const std::ptrdiff_t got = read_some(file_, buffer.data(), buffer.size());
    if (got == -1 && (errno == EINTR || errno == EAGAIN)) continue;
    if (got <= 0) return end(got == 0 ? 0 : errno);
    take(buffer.data(), static_cast<std::size_t>(got));
  }
}

/// False: it is time to stop.
bool LineInput::wait_for_room() {
  std::unique_lock lock(mutex_);
  room_.wait(lock, [this] { return stops_ || lines_.size() < most_lines; });
  return !stops_;
}

void LineInput::take(const char* bytes, std::size_t size) {
  std::string_view text(bytes, size);
  bool has_new = false;
  {
    const std::lock_guard lock(mutex_);
    while (!text.empty()) {
      const auto end = text.find('\n');
      begun_ += text.substr(0, end);
      text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
      if (end == std::string_view::npos && begun_.size() < longest_line) break;
      lines_.push_back(std::exchange(begun_, {}));
      has_new = true;
    }
  }
  if (has_new) on_lines_();
}

void LineInput::end(int failure) {
  {
    const std::lock_guard lock(mutex_);
    if (!begun_.empty()) lines_.push_back(std::exchange(begun_, {}));
    ended_ = true;
    failure_ = failure;
  }
  on_lines_();
}

}  // namespace tracetcp
