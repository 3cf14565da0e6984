#include "cli/matrix_tables.hpp"

#include <tracetcp/strategy.hpp>

#include <algorithm>

namespace tracetcp::cli {

MatrixTables::Table& MatrixTables::table_of(const Trace& trace) {
  Table*& table = by_target_[trace.target.address];
  if (table == nullptr) {
    // A capture does not show the highest TTL that its sender would have used. It is taken to be
    // our default, or the last hop where that is farther.
    const RunInfo info{
        .target_name = target_name_,
        .max_hops = std::max(Strategy{}.max_hops, static_cast<int>(trace.hops.size()))};
    tables_.push_back(std::make_unique<Table>());
    table = tables_.back().get();
    table->target = trace.target.address;
    table->report = matrix_report(info);
    table->report->add_begin(table->text, trace);
  }
  return *table;
}

void MatrixTables::add(std::string& text, const Trace& trace, const RunCounts& counts) {
  Table& table = table_of(trace);
  table.report->add_end(table.text, trace, counts);
  table.findings.add(trace.target.port, trace.diagnosis);
  ++table.rows;
  if (++rows_ > most_rows) print_oldest(text);
}

void MatrixTables::print_oldest(std::string& text) {
  const Table& table = *tables_.front();
  if (has_printed_) text += '\n';
  has_printed_ = true;
  text += table.text + table.report->close();
  for (const std::string& line : table.findings.lines()) text += line + '\n';
  rows_ -= table.rows;
  by_target_.erase(table.target);
  tables_.pop_front();
}

void MatrixTables::finish(std::string& text) {
  while (!tables_.empty()) print_oldest(text);
}

}  // namespace tracetcp::cli
