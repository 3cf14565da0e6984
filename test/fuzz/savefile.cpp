// A capture file, reported on as by --read: all its frames, the traces that are found in them, and
// the report on each. The length of the file chooses the report's format.

#include "fuzz.hpp"
#include "savefile/reader.hpp"

#include <tracetcp/error.hpp>
#include <tracetcp/reading.hpp>
#include <tracetcp/report.hpp>
#include <tracetcp/sentences.hpp>

#include <fmt/core.h>
#include <sys/mman.h>
#include <unistd.h>

#include <array>
#include <memory>
#include <string>

using namespace tracetcp;

namespace {

/// A file in memory that has a path.
class MemoryFile {
 public:
  explicit MemoryFile(Bytes bytes) : descriptor_(memfd_create("savefile", MFD_CLOEXEC)) {
    HOLDS(descriptor_ >= 0);
    HOLDS(write(descriptor_, bytes.data(), bytes.size()) == std::ssize(bytes));
  }
  ~MemoryFile() { close(descriptor_); }
  MemoryFile(const MemoryFile&) = delete;
  MemoryFile& operator=(const MemoryFile&) = delete;

  [[nodiscard]] std::string path() const { return fmt::format("/proc/self/fd/{}", descriptor_); }

 private:
  int descriptor_;
};

void check(const Trace& trace) {
  HOLDS(trace.syns_sent > 0);
  HOLDS(!trace.hops.empty());
  std::size_t probes = trace.checks.size();
  int ttl = trace.hops.front().ttl.value;
  for (const Hop& hop : trace.hops) {
    HOLDS(hop.ttl.value == ttl);
    ++ttl;
    probes += hop.probes.size();
    for (const ProbeRecord& probe : hop.probes) {
      HOLDS(probe.ttl == hop.ttl);
      for (const Reply& reply : probe.replies) HOLDS(reply.probe == probe.index);
    }
  }
  HOLDS(probes == trace.syns_sent);
  HOLDS(fuzz::is_one_line(sentence(trace)));
}

using MakeReport = std::unique_ptr<Report> (*)(const RunInfo&, const Names&);
constexpr std::array<MakeReport, 3> formats = {standard_report, condensed_report, json_report};

void print(const FoundTrace& found, MakeReport make) {
  const NoNames no_names;
  const Trace& trace = found.trace;
  check(trace);
  const auto report = make({.method = "capture", .source = found.source}, no_names);
  std::string text = report->begin(trace);
  for (const Hop& hop : trace.path()) text += report->hop(trace, hop);
  text += report->end(trace, {});
  HOLDS(text.ends_with('\n'));
}

}  // namespace

FUZZ_TARGET(savefile) {
  const MemoryFile file(input);
  try {
    SavefileReader reader(file.path());
    TraceFinder finder(
        {}, [&](const FoundTrace& found) { print(found, formats[input.size() % formats.size()]); });
    for (Frame frame; reader.next(frame);) finder.take(frame);
    finder.finish();
    for (const Summary& one : finder.summaries()) {
      HOLDS(one.attempts.attempts > 0 && one.attempts.syns >= one.attempts.attempts);
      HOLDS(one.attempts.first <= one.attempts.last);
      HOLDS(fuzz::is_one_line(sentence(one)));
    }
    HOLDS(fuzz::is_one_line(reader.damage()));
    Frame frame;
    HOLDS(!reader.next(frame));
  } catch (const Error& error) {
    const std::string message = error.what();
    HOLDS(message.starts_with("cannot read "));
    HOLDS(fuzz::is_one_line(message));
  }
}
