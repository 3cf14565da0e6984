#include "cli/report_output.hpp"

#include "cli/reports.hpp"
#include "platform/output.hpp"

namespace tracetcp::cli {

ReportOutput::ReportOutput(const Options& options, const RunInfo& info, const Names& names,
                           const Write& write)
    : write_(write ? write : Write(write_out)),
      look_(look_for(options)),
      port_count_(options.ports.size()),
      is_matrix_(options.format == Format::matrix) {
  if (!look_) {
    plain_ = report_for(options.format, info, names);
    return;
  }
  on_terminal_ = std::make_unique<const TerminalReport>(info, names, look_->terminal);
  if (port_count_ > 1 && !options.verbose) {
    ports_ = std::make_unique<const PortsReport>(info, names, look_->terminal, options.ports);
  }
  if (look_->open_lines == 0 || write) return;
  area_ = std::make_unique<LiveArea>(LiveArea::Parts{
      .report = *on_terminal_, .most_lines = look_->open_lines, .write = write_out});
}

const Report& ReportOutput::report() const {
  if (ports_ != nullptr) return *ports_;
  if (area_ != nullptr) return area_->printed();
  if (on_terminal_ != nullptr) return *on_terminal_;
  return *plain_;
}

void ReportOutput::print(const std::string& text) {
  if (area_ != nullptr) {
    area_->print(text);
  } else {
    write_(text);
  }
}

Observer& ReportOutput::before(Observer& printer) {
  if (area_ == nullptr) return printer;
  if (ports_ != nullptr) return progress_.emplace(printer, *area_, port_count_);
  return live_.emplace(printer, *area_);
}

Meanwhile* ReportOutput::meanwhile() {
  if (progress_) return &*progress_;
  return live_ ? &*live_ : nullptr;
}

void ReportOutput::announce(const std::string& what) {
  if (area_ != nullptr) area_->announce(what);
}

void ReportOutput::close() {
  if (area_ != nullptr) area_->clear();
  write_(report().close());
}

void ReportOutput::print_line(const std::string& line) {
  std::string text = line + '\n';
  if (on_terminal_ != nullptr) {
    text.clear();
    add_terminal_sentences(text, line, look_->terminal);
  }
  write_(text);
}

}  // namespace tracetcp::cli
