#pragma once

#include <string>
#include <string_view>

namespace tracetcp::cli {

/// A file that a run writes at its end, as --html and --junit do. It is opened before privileges
/// are given up and system calls are filtered.
class ReportFile {
 public:
  /// Creates the file. One that is there keeps its content until write(). Throws UsageError that
  /// names the file where it is there already and `overwrite` is not set, Error where it can't be
  /// made.
  ReportFile(std::string path, bool overwrite);
  ~ReportFile();
  ReportFile(const ReportFile&) = delete;
  ReportFile& operator=(const ReportFile&) = delete;

  /// Nothing will be written: removes the file, unless it was there before.
  void discard();

  /// Replaces what the file had. Throws Error that names the file.
  void write(std::string_view content);

 private:
  std::string path_;
  bool is_new_ = false;
  int file_ = -1;
};

}  // namespace tracetcp::cli
