#include "report/port_fates.hpp"
#include "report/text.hpp"

#include <fmt/core.h>

#include <optional>
#include <utility>

namespace tracetcp {

namespace {

constexpr std::size_t port_width = 8;

/// One row per port, one mark per hop; then a line for all ports with the same result.
class MatrixReport final : public Report {
 public:
  explicit MatrixReport(RunInfo info) : info_(std::move(info)) {}

  void add_begin(std::string& text, const Trace& trace) const override {
    if (begun_) return;
    begun_ = true;
    const std::string name = info_.target_name.empty() ? "" : " [" + info_.target_name + "]";
    text += fmt::format("Ports of {}{}, hops across: {}\n", trace.target.address.text(), name,
                        marks_legend());
    text += addresses_line(info_, trace.target.address);
  }

  void add_hop(std::string&, const Trace&, const Hop&) const override {}

  void add_end(std::string& text, const Trace& trace, const RunCounts& counts) const override {
    if (!trace.hops.empty() && trace.hops.front().ttl != first_) {  // again only in captures
      first_ = trace.hops.front().ttl;
      text += ruler(first_->value);
    }
    text += fmt::format("{:<{}}", trace.target.port.value, port_width);
    for (const Hop& hop : trace.path()) {
      text += hop_mark(trace, hop);
      if (is_path_end(trace, hop)) break;
    }
    fates_.add(trace);
    text += '\n';
    add_loss_line(text, "", counts.link);
  }

  std::string close() const override {
    const auto& groups = fates_.groups();
    std::string text = groups.empty() ? "" : "\n";
    for (const auto& [how, ports] : groups) text += fmt::format("{}: {}\n", how, port_list(ports));
    return text;
  }

 private:
  /// The hops' numbers, their last digits above the marks.
  [[nodiscard]] std::string ruler(int first) const {
    std::string tens(port_width, ' ');
    std::string ones = fmt::format("{:<{}}", "port", port_width);
    for (int ttl = first; ttl < first + info_.max_hops && ttl <= 255; ++ttl) {
      tens += ttl % 10 == 0 ? static_cast<char>('0' + ttl / 10 % 10) : ' ';
      ones += static_cast<char>('0' + ttl % 10);
    }
    tens.erase(tens.find_last_not_of(' ') + 1);
    return tens.empty() ? ones + '\n' : tens + '\n' + ones + '\n';
  }

  RunInfo info_;
  mutable bool begun_ = false;
  mutable std::optional<Ttl> first_;  ///< of the last ruler
  mutable PortFates fates_;
};

}  // namespace

std::unique_ptr<Report> matrix_report(const RunInfo& info) {
  return std::make_unique<MatrixReport>(info);
}

}  // namespace tracetcp
