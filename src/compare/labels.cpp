#include "compare/comparing.hpp"
#include "core/joined.hpp"

#include <fmt/core.h>

#include <algorithm>

namespace tracetcp::comparing {
namespace {

using Stacks = std::set<std::vector<std::uint32_t>>;

/// Of all answers of that router at that hop; an empty one of answers without labels.
Stacks stacks_of(const RecordedPort& port, int ttl, const Address& router) {
  Stacks stacks;
  const auto hop = port.hops.find(ttl);
  if (hop == port.hops.end()) return stacks;
  for (const RecordedProbe& probe : hop->second) {
    if (probe.reply == "time-exceeded" && probe.from == router) stacks.insert(probe.labels);
  }
  return stacks;
}

std::string stacks_text(const Stacks& stacks) {
  std::vector<std::string> texts;
  for (const auto& stack : stacks) {
    std::vector<std::string> labels;
    labels.reserve(stack.size());
    for (const std::uint32_t label : stack) labels.push_back(std::to_string(label));
    texts.push_back(joined(labels, "/"));
  }
  return joined(texts, ", ");
}

bool have_common(const Stacks& one, const Stacks& other) {
  return std::any_of(one.begin(), one.end(),
                     [&](const auto& stack) { return other.contains(stack); });
}

}  // namespace

// Labels may depend on the flow (RFC 6790), so only those of one flow are compared.
void compare_labels(const Pair& pair, std::vector<Change>& changes) {
  if (!pair.same_flow || pair.spread) return;
  for (const auto& [ttl, probes] : pair.before.hops) {
    for (const Address& router : routers_at(pair.before, ttl)) {
      if (!routers_at(pair.after, ttl).contains(router)) continue;
      const Stacks before = stacks_of(pair.before, ttl, router);
      const Stacks after = stacks_of(pair.after, ttl, router);
      if (have_common(before, after)) continue;
      Change change{.kind = ChangeKind::mpls,
                    .ttl = ttl,
                    .before = stacks_text(before),
                    .after = stacks_text(after)};
      const auto labels = [](const std::string& text) {
        return text.empty() ? std::string("no MPLS label") : "MPLS label " + text;
      };
      change.text = fmt::format("Hop {} ({}): {} instead of {}.", ttl, router.text(),
                                labels(change.after), labels(change.before));
      changes.push_back(std::move(change));
    }
  }
}

}  // namespace tracetcp::comparing
