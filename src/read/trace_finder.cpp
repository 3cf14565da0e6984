#include "read/collector.hpp"

namespace tracetcp {

class TraceFinder::Impl {
 public:
  Impl(const Selection& selection, Sink sink)
      : collector(selection, [this, all_paths = selection.all_paths,
                              sink = std::move(sink)](std::list<TraceAssembly>& one) {
          FoundTrace found = one.front().trace(all_paths, spare);
          sink(found);
        }) {}

  SpareMemory spare;
  Collector collector;
};

TraceFinder::TraceFinder(const Selection& selection, Sink sink)
    : impl_(std::make_unique<Impl>(selection, std::move(sink))) {}

TraceFinder::~TraceFinder() = default;

void TraceFinder::take(const Frame& frame) {
  impl_->collector.take(decode(frame), frame.time);
}
void TraceFinder::finish() {
  impl_->collector.finish();
}
std::vector<Summary> TraceFinder::summaries() {
  return impl_->collector.summaries();
}
Tally TraceFinder::ignored() const {
  return impl_->collector.ignored();
}

}  // namespace tracetcp
