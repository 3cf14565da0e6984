#pragma once

#include "capture/input_wait.hpp"
#include "capture/trace_sink.hpp"
#include "platform/waker.hpp"
#include "savefile/reader.hpp"

#include <tracetcp/reading.hpp>

#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <vector>

namespace tracetcp {

/// What reading a capture came to.
struct CaptureRead {
  RunCounts counts;
  std::vector<Summary> summaries;  ///< of the SYNs that are no traces
  bool is_cut_off = false;         ///< a signal ended it
  std::string damage;              ///< see SavefileReader::damage(); empty: read to a proper end
  std::map<LinkType, std::uint64_t> unknown_link_types;  ///< frames that could not be read
};

/// Finds the traces of a capture in three threads, a third of the work each:
///
///   reading: file → frames → what they are, in the order of time      (ReadingThread)
///   the caller of run(): sorts the packets to traces                   (Collector)
///   reporting: puts each trace together, diagnoses and prints it       (ReportingThread,
///   TraceSink)
///
/// 1. Work goes on in batches through a BatchQueue, bounded: who is ahead waits for room, so memory
///    is. Batches that are done with go back, so that one thread has the memory of what it gets.
/// 2. Nothing is shared but the queues and the wakers. The file and the order of time are the
///    reading thread's, the Collector is the caller's, the sink is the reporting thread's; run()
///    touches the sink again only when that thread has ended.
/// 3. A queue that was empty notifies the waker of who takes from it. The reporting thread also
///    wakes for names (`wake`) and when the sink is due().
/// 4. What is still being made (a pipe) must not wait for a full batch: where nothing came for
///    InputWait::patience the reading thread puts what it has, and the caller hands on what it has
///    whenever it would wait.
/// 5. The end, and an exception, go downstream with the queue: who takes joins the thread and
///    rethrows. An exception of the reporting thread stops its queue, which the caller sees when it
///    next puts.
/// 6. A signal ends the reading as the end of the capture does.
/// 7. Where no thread can be started each does its work when it is asked for it.
class CapturePipeline {
 public:
  /// Opens the capture, "-" being standard input. `interrupted` is notified of signals. Throws
  /// Error.
  CapturePipeline(const std::string& path, const Waker& interrupted);

  /// It comes through a pipe: what it has is wanted at once.
  [[nodiscard]] bool is_live() const { return is_live_; }
  /// See SavefileReader.
  [[nodiscard]] bool is_own() const { return reader_.is_own(); }
  [[nodiscard]] bool has_controls() const { return reader_.has_controls(); }

  /// Notified of what the sink waits for, such as names.
  [[nodiscard]] const Waker& wake() const { return wake_; }

  /// Reads all of it, once. Throws what reader and sink do.
  CaptureRead run(Selection selection, TraceSink& sink);

 private:
  const bool is_live_;
  InputWait wait_;
  SavefileReader reader_;
  const Waker wake_;
};

}  // namespace tracetcp
