#include "cli/audit_rules.hpp"

#include "cli/list_lines.hpp"
#include "cli/target.hpp"
#include "cli/values.hpp"
#include "core/joined.hpp"

#include <tracetcp/error.hpp>

#include <fmt/core.h>

#include <optional>

namespace tracetcp::cli {
namespace {

constexpr std::string_view form = "open|closed|blocked|reachable HOST:PORTS [at ADDR]";

Claim read_claim(std::string_view word) {
  for (const Claim claim : {Claim::open, Claim::closed, Claim::blocked, Claim::reachable}) {
    if (word == name(claim)) return claim;
  }
  throw UsageError(fmt::format("{} is none of open, closed, blocked and reachable; give {}",
                               quoted(word), form));
}

std::optional<Address> read_place(const std::vector<std::string_view>& words) {
  constexpr std::size_t before = 2;
  if (words.size() == before) return std::nullopt;
  if (words[before] != "at") {
    throw UsageError(
        fmt::format("{} stands behind the ports; give {}", quoted(words[before]), form));
  }
  if (words.size() == before + 1) throw UsageError("at: the address is missing; give at ADDR");
  if (words.size() > before + 2) {
    throw UsageError(
        fmt::format("{} stands behind the address; give {}", quoted(words[before + 2]), form));
  }
  return read_address("at", words[before + 1]);
}

AuditRule read_rule(const std::vector<std::string_view>& words) {
  const Claim claim = read_claim(words.front());
  if (words.size() == 1)
    throw UsageError(fmt::format("no host follows {}; give {}", words[0], form));
  const Target target = read_target(words[1]);
  if (target.ports.size() == 0) {
    throw UsageError(target.note.empty()
                         ? fmt::format("{} has no port; give it as HOST:PORT", quoted(words[1]))
                         : target.note);
  }
  return {.rule = {.claim = claim, .at = read_place(words)},
          .host = target.host,
          .zone = target.zone,
          .ports = target.ports,
          .text = joined(words, " ")};
}

}  // namespace

std::vector<AuditRule> parse_audit(std::string_view policy, const std::string& origin) {
  std::vector<AuditRule> rules;
  read_lines(policy, origin, [&](const auto& words, std::size_t line) {
    rules.push_back(read_rule(words));
    rules.back().line = line;
  });
  if (rules.empty()) throw UsageError(fmt::format("{} has no rule; give {}", origin, form));
  return rules;
}

}  // namespace tracetcp::cli
