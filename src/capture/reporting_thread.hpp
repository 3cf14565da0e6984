#pragma once

#include "capture/batch_queue.hpp"
#include "capture/threading.hpp"
#include "capture/trace_sink.hpp"

#include <exception>
#include <list>
#include <thread>
#include <vector>

namespace tracetcp {

/// Has the traces of a capture reported on by a thread of its own, while the reading goes on.
class ReportingThread {
 public:
  /// `wake` is notified of what the sink waits for.
  ReportingThread(Threading threading, TraceSink& sink, const Waker& wake);
  ~ReportingThread();
  ReportingThread(const ReportingThread&) = delete;
  ReportingThread& operator=(const ReportingThread&) = delete;

  /// A trace that was found, alone in a list; what it finds there then is not needed any more. This
  /// and the others throw what went wrong with the reports.
  void take(std::list<TraceAssembly>& one, const RunCounts& counts);

  /// Nothing more is there to be read for now: reports on what was taken, does not wait for it.
  void hand_on();

  /// There are no more: ends when all is printed.
  void finish(const RunCounts& counts, const std::vector<Summary>& summaries);

 private:
  struct Batch {
    std::list<TraceAssembly> traces;
    std::vector<RunCounts> counts;  ///< of each
    std::size_t syns = 0;           ///< of all
  };

  void put();
  void run();
  void report(Batch& batch);
  void join();

  TraceSink& sink_;
  const Waker& wake_;
  BatchQueue<Batch> queue_;
  Batch filling_;
  std::exception_ptr failure_;  ///< of the thread, once it has ended
  std::thread thread_;          ///< last: it uses all others
};

}  // namespace tracetcp
