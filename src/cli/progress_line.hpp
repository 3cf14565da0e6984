#pragma once

#include <tracetcp/scan.hpp>

#include <cstddef>
#include <functional>
#include <optional>
#include <string>

namespace tracetcp::cli {

/// "31% of 65535 ports, 10000 SYNs/s, 5 s left"
std::string progress_text(const ScanProgress& progress);

/// "65535 ports: 16 open, 65519 closed, 0 rejected, 0 silent; 65551 SYNs in 6.7 s"; with what was
/// not settled and what answers were lost, where there is any.
std::string summary_text(const ScanProgress& progress);

/// "310 of 1000 lines done", where it is known how many there are.
std::string lines_text(std::size_t done, std::optional<std::size_t> all);

/// A line on a terminal that is written anew again and again, for what takes longer than a second.
class ProgressLine {
 public:
  /// `write` writes to the terminal at once.
  explicit ProgressLine(std::function<void(const std::string&)> write) : write_(std::move(write)) {}

  /// Shows how far it is, from the second second on and some times a second.
  void show(const ScanProgress& progress);
  /// The same for what took its beginning then; `text` is called where it is to be shown.
  void show(const std::function<std::string()>& text, TimePoint started, TimePoint now);

  /// Takes the line away, so that others can be written; show() brings it back.
  void clear();

 private:
  std::function<void(const std::string&)> write_;
  TimePoint shown_at_{};
  bool is_shown_ = false;
};

}  // namespace tracetcp::cli
