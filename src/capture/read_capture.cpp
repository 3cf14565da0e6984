#include "savefile/reader.hpp"

#include <tracetcp/diagnose.hpp>
#include <tracetcp/error.hpp>
#include <tracetcp/reading.hpp>

#include <utility>

namespace tracetcp {

std::vector<FoundTrace> read_capture(const std::string& file, const Selection& selection) {
  SavefileReader reader(file);
  Selection wanted = selection;
  wanted.all_are_traces = reader.is_own();
  std::vector<FoundTrace> traces;
  std::vector<Digest> digests;
  TraceFinder finder(wanted, [&](FoundTrace& found) {
    digests.push_back(digest(found.trace));
    traces.push_back(std::move(found));
  });
  for (Frame frame; reader.next(frame);) finder.take(frame);
  finder.finish();
  if (!reader.damage().empty()) throw Error(reader.damage());
  for (std::size_t i = 0; i < traces.size(); ++i) {
    traces[i].trace.diagnosis = diagnose(digests[i], telling(digests));
  }
  return traces;
}

}  // namespace tracetcp
