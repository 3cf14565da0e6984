#include "capture/pipeline.hpp"

#include "capture/reading_thread.hpp"
#include "capture/reporting_thread.hpp"
#include "platform/files.hpp"
#include "platform/interrupt.hpp"
#include "platform/real_time.hpp"
#include "read/collector.hpp"

#include <list>

namespace tracetcp {
namespace {

/// The capture's own time: that of the last frame, and what has passed since nothing more came.
class CaptureClock {
 public:
  void at(TimePoint newest) { newest_ = newest; }
  void stalls() {
    if (stalled_at_ == newest_) return;
    stalled_at_ = newest_;
    since_ = clock_.now();
  }
  [[nodiscard]] TimePoint now() const {
    return stalled_at_ == newest_ ? newest_ + (clock_.now() - since_) : newest_;
  }

 private:
  const SteadyRealTime clock_;
  TimePoint newest_{};
  TimePoint stalled_at_ = never;
  TimePoint since_{};
};

}  // namespace

CapturePipeline::CapturePipeline(const std::string& path, const Waker& interrupted)
    : is_live_(path == "-" || !is_on_a_disk(path)),
      wait_(interrupted),
      reader_(path, std::ref(wait_)) {}

CaptureRead CapturePipeline::run(Selection selection, TraceSink& sink) {
  CaptureRead read;
  ReportingThread reporting(Threading::beside, sink, wake_);
  selection.all_are_traces = reader_.is_own();
  Collector collector(selection, [&](std::list<TraceAssembly>& one) {
    read.counts.ignored = collector.ignored();
    reporting.take(one, read.counts);
  });
  CaptureClock clock;
  ReadingThread reading(Threading::beside, reader_, is_live_ ? &wait_ : nullptr, [&] {
    if (!is_live_) return;
    clock.stalls();
    reporting.hand_on();
  });
  for (; const auto* frame = reading.next(); ++read.counts.link.captured) {
    collector.take(frame->decoded, frame->time);
    clock.at(frame->time);
  }
  read.is_cut_off = Interrupt::requested();
  // Had a signal not ended the reading, replies to the last SYNs might have come.
  constexpr Duration longest_wait = std::chrono::seconds(4);  // of most tools
  collector.finish(read.is_cut_off ? clock.now() - longest_wait : never);
  read.counts.ignored = collector.ignored();
  read.summaries = collector.summaries();
  reporting.finish(read.counts, read.summaries);
  read.damage = reader_.damage();
  read.unknown_link_types = reading.unknown_link_types();
  return read;
}

}  // namespace tracetcp
