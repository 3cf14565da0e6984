#include "cli/capture_output.hpp"

#include "platform/output.hpp"

#include <tracetcp/sentences.hpp>

#include <set>

namespace tracetcp::cli {

CaptureOutput::CaptureOutput(const Options& options, bool live, const Networks* networks)
    : options_(options),
      networks_(networks),
      look_(look_for(options)),
      target_name_(Address::parse(options.host) ? "" : options.host),
      matrix_(target_name_),
      large_(live ? 0 : std::size_t{1} << 16) {}

void CaptureOutput::print(const Trace& trace, const Endpoint& source, const RunCounts& counts,
                          const Names& names) {
  if (options_.format == Format::matrix) {
    matrix_.add(text_, trace, counts);
  } else {
    add_report(trace, source, counts, names);
  }
  has_printed_ = true;
  if (text_.size() > large_ || options_.verbose) flush();
  if (options_.verbose) write_error(details(trace));
}

void CaptureOutput::finish(const std::vector<Summary>& summaries) {
  matrix_.finish(text_);
  has_printed_ = has_printed_ || !text_.empty();
  if (options_.format != Format::json && has_printed_ && !summaries.empty() &&
      !text_.ends_with("\n\n")) {
    text_ += '\n';
  }
  for (const Summary& one : summaries) {
    if (options_.format == Format::json) {
      add_json(text_, one);
    } else {
      add_sentence_of(one);
    }
  }
  flush();
}

void CaptureOutput::add_report(const Trace& trace, const Endpoint& source, const RunCounts& counts,
                               const Names& names) {
  const RunInfo info{.target_name = target_name_,
                     .method = "capture",
                     .source = source,
                     .max_hops = static_cast<int>(trace.hops.size()),
                     .all_paths = options_.all_paths,
                     .precise = options_.precise,
                     .networks = networks_};
  const auto report = report_for(options_, info, names, look_);
  report->add_begin(text_, trace);
  if (trace.paths) {
    std::set<Ttl> ttls;
    for (const PathNode& node : trace.paths->nodes) ttls.insert(node.ttl);
    for (const Ttl ttl : ttls) report->add_hop(text_, trace, {.ttl = ttl, .probes = {}});
  } else {
    for (const Hop& hop : trace.path()) report->add_hop(text_, trace, hop);
  }
  report->add_answer(text_, trace);
  report->add_end(text_, trace, counts);
}

void CaptureOutput::add_sentence_of(const Summary& summary) {
  if (look_) {
    add_terminal_sentences(text_, sentence(summary), look_->terminal);
  } else {
    text_ += sentence(summary) + '\n';
  }
}

void CaptureOutput::flush() {
  write_out(text_);
  text_.clear();
}

}  // namespace tracetcp::cli
