#pragma once

#include <tracetcp/diagnose.hpp>
#include <tracetcp/report.hpp>
#include <tracetcp/sentences.hpp>

#include <cstddef>
#include <deque>
#include <memory>
#include <string>
#include <unordered_map>

namespace tracetcp::cli {

/// The traces of a capture, which come in any order, as one matrix for each target.
class MatrixTables {
 public:
  /// So many rows are kept at a time; then the oldest table is printed as it stands.
  static constexpr std::size_t most_rows = 100'000;

  explicit MatrixTables(std::string target_name) : target_name_(std::move(target_name)) {}

  /// Adds a row. What is to be printed by now is added to `text`.
  void add(std::string& text, const Trace& trace, const RunCounts& counts);

  /// Adds all that is left to `text`.
  void finish(std::string& text);

 private:
  struct Table {
    Address target;
    std::unique_ptr<Report> report;
    FindingLines findings;
    std::string text;
    std::size_t rows = 0;
  };

  Table& table_of(const Trace& trace);
  void print_oldest(std::string& text);

  const std::string target_name_;
  std::deque<std::unique_ptr<Table>> tables_;  ///< in the order in which they were begun
  std::unordered_map<Address, Table*> by_target_;
  std::size_t rows_ = 0;  ///< of all tables
  bool has_printed_ = false;
};

}  // namespace tracetcp::cli
