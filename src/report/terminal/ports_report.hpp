#pragma once

#include "report/port_fates.hpp"
#include "report/terminal/terminal_report.hpp"
#include "report/tone.hpp"

#include <tracetcp/port_list.hpp>
#include <tracetcp/report.hpp>

#include <string>
#include <vector>

namespace tracetcp {

/// Many ports of one target for people: a row for all that end in the same way at the same place.
/// The rows come with close().
class PortsReport final : public Report {
 public:
  PortsReport(RunInfo info, const Names& names, TerminalLook look, PortList ports);

  void add_begin(std::string& text, const Trace& trace) const override;
  void add_hop(std::string&, const Trace&, const Hop&) const override {}
  void add_end(std::string& text, const Trace& trace, const RunCounts& counts) const override;
  [[nodiscard]] std::string close() const override;

 private:
  void add_group(std::string& text, std::size_t group, std::size_t column, std::size_t width) const;

  const RunInfo info_;
  const Names& names_;
  const TerminalLook look_;
  const PortList ports_;  ///< that are to be traced
  mutable bool begun_ = false;
  mutable std::size_t ended_ = 0;  ///< ports
  mutable PortFates fates_;
  mutable std::vector<Tone> tones_;  ///< of each group of fates_
  mutable LinkStats losses_;         ///< as they were last
};

}  // namespace tracetcp
