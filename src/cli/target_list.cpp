#include "cli/target_list.hpp"

#include "cli/list_lines.hpp"
#include "cli/target.hpp"
#include "cli/values.hpp"

#include <fmt/core.h>

#include <utility>

namespace tracetcp::cli {
namespace {

constexpr std::string_view target_form = "HOST[:PORT[-PORT][,PORT...]]";

TargetLine read_target_line(const std::vector<std::string_view>& words, std::size_t line,
                            const PortList& usual) {
  if (words.size() > 1) {
    throw UsageError(fmt::format("{} stands behind the target; give {} in one word",
                                 quoted(words[1]), target_form));
  }
  Target target = read_target(words.front());
  if (!target.zone.empty()) {
    throw UsageError(fmt::format(
        "{} is on one link alone, and a list is traced by the routes; trace it by itself",
        quoted(words.front())));
  }
  return {.line = line,
          .host = std::move(target.host),
          .ports = target.ports.empty() ? usual : target.ports};
}

}  // namespace

std::vector<TargetLine> parse_targets(std::string_view list, const std::string& origin,
                                      const PortList& usual, const Shard& shard) {
  std::vector<TargetLine> lines;
  bool has_any = false;
  read_lines(list, origin, [&](const auto& words, std::size_t line) {
    has_any = true;
    TargetLine target = read_target_line(words, line, usual);
    if (shard.has(target.host)) lines.push_back(std::move(target));
  });
  if (!has_any) throw UsageError(fmt::format("{} names no target; give {}", origin, target_form));
  return lines;
}

WholeList::WholeList(std::vector<TargetLine> lines) : lines_(std::move(lines)) {
  for (const TargetLine& line : lines_) ++left_[line.host];
}

std::optional<TargetLine> WholeList::next() {
  if (exhausted()) return std::nullopt;
  TargetLine line = std::move(lines_[next_++]);
  const auto left = left_.find(line.host);
  if (--left->second == 0) left_.erase(left);
  return line;
}

std::optional<TargetLine> ComingList::next() {
  while (failure_.empty()) {
    const auto text = input_.next();
    if (!text) return std::nullopt;
    std::string_view rest = *text;
    if (++line_ == 1 && rest.starts_with(byte_order_mark)) {
      rest.remove_prefix(byte_order_mark.size());
    }
    const auto words = words_of(rest);
    if (words.empty()) continue;
    std::optional<TargetLine> target;
    try {
      read_line(words, line_, origin_, [&](const auto& all, std::size_t line) {
        target = read_target_line(all, line, usual_);
      });
    } catch (const UsageError& error) {
      failure_ = error.what();
    }
    if (target && !shard_.has(target->host)) continue;
    return target;
  }
  return std::nullopt;
}

}  // namespace tracetcp::cli
