#include "cli/audit_rules.hpp"

#include "cli/target.hpp"
#include "cli/values.hpp"
#include "core/joined.hpp"

#include <tracetcp/error.hpp>

#include <fmt/core.h>

#include <optional>

namespace tracetcp::cli {
namespace {

constexpr std::string_view blanks = " \t\r\f\v";
constexpr std::string_view form = "open|closed|blocked|reachable HOST:PORTS [at ADDR]";

/// Those before a comment.
std::vector<std::string_view> words_of(std::string_view line) {
  std::vector<std::string_view> words;
  while (true) {
    const auto begin = line.find_first_not_of(blanks);
    if (begin == std::string_view::npos || line[begin] == '#') return words;
    line.remove_prefix(begin);
    const auto end = line.find_first_of(blanks);
    words.push_back(line.substr(0, end));
    if (end == std::string_view::npos) return words;
    line.remove_prefix(end);
  }
}

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
  constexpr std::string_view byte_order_mark = "\xef\xbb\xbf";  // some editors write it in UTF-8
  if (policy.starts_with(byte_order_mark)) policy.remove_prefix(byte_order_mark.size());
  std::vector<AuditRule> rules;
  for (std::size_t line = 1; !policy.empty(); ++line) {
    const auto end = policy.find('\n');
    const auto words = words_of(policy.substr(0, end));
    policy.remove_prefix(end == std::string_view::npos ? policy.size() : end + 1);
    if (words.empty()) continue;
    try {
      rules.push_back(read_rule(words));
    } catch (const UsageError& error) {
      throw UsageError(fmt::format("{}, line {}: {}", origin, line, error.what()));
    }
    rules.back().line = line;
  }
  if (rules.empty()) throw UsageError(fmt::format("{} has no rule; give {}", origin, form));
  return rules;
}

}  // namespace tracetcp::cli
