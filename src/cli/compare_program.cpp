#include "cli/compare_program.hpp"

#include "cli/status.hpp"
#include "cli/whole_file.hpp"
#include "platform/confine.hpp"
#include "platform/output.hpp"
#include "platform/unprivileged.hpp"

#include <tracetcp/error.hpp>
#include <tracetcp/reading.hpp>

#include <fmt/core.h>

namespace tracetcp::cli {
namespace {

/// One line for each trace, as of --json.
void add_lines(std::string& text, const Trace& trace, const RunInfo& info) {
  const NoNames no_names;
  json_report(info, no_names)->add_end(text, trace, {});
}

bool is_json(std::string_view content) {
  const auto first = content.find_first_not_of(" \t\r\n");
  return first != std::string_view::npos && content[first] == '{';
}

/// The traces of a file as lines of --json: its own, or those of a capture.
std::string lines_of(const std::string& file) {
  std::string content = whole_file(file);
  if (is_json(content)) return content;
  if (file == "-") {
    throw Error("standard input is no JSON of tracetcp; a capture is read from a file alone");
  }
  std::string lines;
  for (const FoundTrace& found : read_capture(file)) {
    add_lines(lines, found.trace, {.method = "capture", .source = found.source});
  }
  return lines;
}

std::vector<RecordedPort> ports_of(const std::string& lines, const std::string& file) {
  auto ports = read_recorded(lines, input_name(file));
  if (ports.empty()) throw Error(fmt::format("no trace in {}", input_name(file)));
  return ports;
}

/// The exit status that follows.
int print(const Comparison& comparison, const std::string& old, Format format) {
  if (comparison.compared == 0) {
    throw Error(fmt::format("{} has no trace to any of these ports; nothing can be compared",
                            input_name(old)));
  }
  write_out(format == Format::json ? comparison_json(comparison) : comparison_text(comparison));
  return comparison.changes.empty() ? 0 : unexpected_status;
}

}  // namespace

int compare_files(const Options& options) {
  confine({});  // before anything is read
  const auto before = ports_of(lines_of(options.compare_old), options.compare_old);
  const auto after = ports_of(lines_of(options.compare_new), options.compare_new);
  const int status = print(compare(before, after), options.compare_old, options.format);
  finish_output();
  return status;
}

Baseline::Baseline(const std::string& file)
    : file_(file), before_(ports_of(run_unprivileged([&] { return lines_of(file); }), file)) {}

std::optional<Port> Baseline::source_port() const {
  const Port port =
      before_.front().sources.empty() ? Port{0} : before_.front().sources.front().port;
  for (const RecordedPort& one : before_) {
    if (one.sources.size() != 1 || one.sources.front().port != port) return std::nullopt;
  }
  return port.value == 0 ? std::nullopt : std::optional(port);
}

void Baseline::take(const Trace& trace, const RunInfo& info) {
  add_lines(now_, trace, info);
}

int Baseline::report(Format format) const {
  return print(compare(before_, read_recorded(now_, "this run")), file_, format);
}

}  // namespace tracetcp::cli
