#include "link/record/recording_link.hpp"

#include "savefile/reader.hpp"
#include "scratch_file.hpp"

#include <doctest/doctest.h>

#include <array>
#include <vector>

using namespace tracetcp;
using namespace std::chrono_literals;

namespace {

/// Hands over a frame a call, each a second after the other; `now` is that of the last.
class OneByOne final : public Link {
 public:
  explicit OneByOne(int frames) : left_(frames) {}

  TimePoint now() override { return now_; }
  void send(std::span<const Bytes> packets) override { sent += packets.size(); }
  std::span<const Frame> wait(TimePoint until) override {
    if (left_ == 0) return {};
    --left_;
    now_ = std::max(now_, until);
    frame_ = {.bytes = bytes_, .original_length = 4, .time = now_};
    return {&frame_, 1};
  }
  LinkStats stats() override { return {.captured = 7}; }
  [[nodiscard]] std::optional<Refusal> refusal() const override {
    return Refusal{.cause = Refusal::Cause::firewall};
  }
  [[nodiscard]] std::uint64_t refused() const override { return 2; }

  std::size_t sent = 0;

 private:
  int left_;
  TimePoint now_{1s};
  std::array<std::uint8_t, 4> bytes_{};
  Frame frame_;
};

std::size_t frames_in(const std::string& path) {
  SavefileReader reader(path);
  std::size_t count = 0;
  for (Frame frame; reader.next(frame);) ++count;
  return count;
}

}  // namespace

TEST_CASE("a recorded link is the link, and what it hands over is in the file at once") {
  const ScratchFile file("");
  auto inner = std::make_unique<OneByOne>(3);
  OneByOne& link = *inner;
  RecordingLink recording(std::move(inner), std::make_unique<SavefileWriter>(file.path(), true));
  const std::array<std::uint8_t, 1> packet{};
  recording.send(std::array<Bytes, 2>{packet, packet});
  CHECK(link.sent == 2);
  CHECK(recording.stats().captured == 7);
  CHECK(recording.refused() == 2);
  CHECK(recording.refusal()->cause == Refusal::Cause::firewall);
  CHECK(recording.wait(TimePoint(5s)).size() == 1);
  CHECK(recording.now() == TimePoint(5s));
  CHECK(frames_in(file.path()) == 1);
  recording.finish();
  CHECK(frames_in(file.path()) == 3);
}

TEST_CASE("where recording fails the trace goes on, and the end tells") {
  RecordingLink recording(std::make_unique<OneByOne>(3),
                          std::make_unique<SavefileWriter>("/dev/full", true));
  CHECK(recording.wait(TimePoint(2s)).size() == 1);
  CHECK(recording.wait(TimePoint(3s)).size() == 1);
  CHECK_THROWS_WITH(recording.finish(), "cannot write /dev/full: No space left on device");
}
