#pragma once

#include "audit/audited_line.hpp"
#include "cli/look.hpp"
#include "cli/options.hpp"

#include <optional>
#include <string>

namespace tracetcp::cli {

/// What is printed of an audit.
class AuditOutput {
 public:
  explicit AuditOutput(const Options& options);

  /// One that is done; in the order of the policy.
  void print(const AuditedLine& line);

  /// All are.
  void close(const AuditTally& tally);

 private:
  const bool is_json_;
  const std::optional<Look> look_;
};

/// "LINE<TAB>holds<TAB>RULE<TAB>WHY", with the line end.
std::string audit_row(const AuditedLine& line);

/// The same for a terminal: the reason in lines of its own.
std::string audit_rows(const AuditedLine& line, const TerminalLook& look);

}  // namespace tracetcp::cli
