#pragma once

#include <tracetcp/audit.hpp>
#include <tracetcp/port_list.hpp>

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace tracetcp::cli {

/// A line of a policy: open|closed|blocked|reachable HOST:PORTS [at ADDR].
struct AuditRule {
  std::size_t line = 0;  ///< from 1
  Rule rule;
  std::string host;  ///< checked for its form only; an IPv6 address without brackets
  std::string zone;  ///< the interface behind a link-local address; empty: none
  PortList ports;    ///< one at least
  std::string text;  ///< the line without comment, words separated by one blank
};

/// The rules of a policy. "#" and what follows it is a comment where it begins a line or a word;
/// empty lines are passed over. `origin` is what messages call the policy. Throws UsageError that
/// names it and the line.
std::vector<AuditRule> parse_audit(std::string_view policy, const std::string& origin);

}  // namespace tracetcp::cli
