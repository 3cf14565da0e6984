#include "link/record/recording_link.hpp"

namespace tracetcp {

std::span<const Frame> RecordingLink::wait(TimePoint until) {
  const auto frames = link_->wait(until);
  unless_failed([&] {
    file_->write(frames);
    written_ += frames.size();
  });
  return frames;
}

void RecordingLink::finish() {
  // Not for ever, where frames never cease to come: up to the first from after the end.
  const TimePoint end = link_->now();
  for (;;) {
    const auto frames = wait(end);
    if (frames.empty() || frames.back().time > end) break;
  }
  unless_failed([&] { file_->close(); });
  if (failure_) throw *failure_;
}

template <class Work>
void RecordingLink::unless_failed(Work work) {
  if (failure_) return;
  try {
    work();
  } catch (const Error& error) {
    failure_ = error;
  }
}

}  // namespace tracetcp
