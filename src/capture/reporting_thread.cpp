#include "capture/reporting_thread.hpp"

#include "platform/real_time.hpp"

#include <system_error>
#include <utility>

namespace tracetcp {
namespace {

/// Enough of them that waking the other thread costs nothing, few enough to stay in the caches. A
/// trace may have very many SYNs: then fewer make a batch, so that memory is bounded.
constexpr std::size_t usual_traces = 32;
constexpr std::size_t enough_syns = 4096;

}  // namespace

ReportingThread::ReportingThread(Threading threading, TraceSink& sink, const Waker& wake)
    : sink_(sink), wake_(wake), queue_(wake) {
  if (threading == Threading::at_once) return;
  try {
    thread_ = std::thread([this] { run(); });
  } catch (const std::system_error&) {  // at once, then
  }
}

ReportingThread::~ReportingThread() {
  join();
}

void ReportingThread::take(std::list<TraceAssembly>& one, const RunCounts& counts) {
  if (!thread_.joinable()) {
    sink_.take(one.front(), counts);
    return;
  }
  filling_.syns += one.front().syns();
  filling_.traces.splice(filling_.traces.end(), one);
  filling_.counts.push_back(counts);
  if (filling_.traces.size() < usual_traces && filling_.syns < enough_syns) return;
  put();
  one.splice(one.end(), filling_.traces);
}

void ReportingThread::put() {
  if (!queue_.put(filling_)) {
    join();
    std::rethrow_exception(failure_);
  }
  filling_.counts.clear();
  filling_.syns = 0;
}

void ReportingThread::hand_on() {
  if (!thread_.joinable()) {
    sink_.tick();
  } else if (!filling_.traces.empty()) {
    put();
    filling_.traces.clear();  // what was given back: take() is not there to hand it on
  }
}

void ReportingThread::finish(const RunCounts& counts, const std::vector<Summary>& summaries) {
  if (thread_.joinable()) {
    put();
    join();
    if (failure_) std::rethrow_exception(failure_);
  }
  sink_.finish(counts, summaries);
}

void ReportingThread::join() {
  if (!thread_.joinable()) return;
  queue_.end();
  thread_.join();
}

void ReportingThread::run() {
  const SteadyRealTime clock;
  Batch batch;
  try {
    while (true) {
      switch (queue_.take(batch)) {
        case BatchQueue<Batch>::Taken::batch:
          report(batch);
          break;
        case BatchQueue<Batch>::Taken::none_yet:
          wait_notified(wake_, sink_.due(), clock);
          wake_.drain();
          break;
        case BatchQueue<Batch>::Taken::end:
          return;
      }
      sink_.tick();
    }
  } catch (...) {
    failure_ = std::current_exception();
    queue_.stop();
  }
}

void ReportingThread::report(Batch& batch) {
  auto counts = batch.counts.begin();
  for (TraceAssembly& found : batch.traces) sink_.take(found, *counts++);
}

}  // namespace tracetcp
