#pragma once

#include <tracetcp/page.hpp>

#include <cstddef>
#include <optional>
#include <set>
#include <string>
#include <vector>

namespace tracetcp::html {

/// What of a page is shown in full, and the ids that links lead to. An id is on the page if and
/// only if this has it.
class Links {
 public:
  explicit Links(const Page& page);

  /// Whether its hops, times and probes are on the page.
  [[nodiscard]] bool is_shown(std::size_t trace) const { return shown_[trace]; }

  /// "t1", of a trace that is shown.
  [[nodiscard]] static std::string of_trace(std::size_t trace);
  /// "t1-p7", for ProbeId::index 7.
  [[nodiscard]] static std::string of_probe(std::size_t trace, std::uint32_t probe);

  /// The probe that an observation on a trace is of, where it is on the page: one of that trace, or
  /// of another to the same target. Empty: it is not.
  [[nodiscard]] std::optional<std::string> of(std::size_t trace, const Observation& seen) const;

 private:
  [[nodiscard]] bool has(std::size_t trace, const Observation& seen) const;

  const Page& page_;
  std::vector<bool> shown_;
};

/// The probes of a trace in the order in which the page shows them: of each hop the first ones.
std::vector<const ProbeRecord*> probes_of(const Trace& trace);

}  // namespace tracetcp::html
