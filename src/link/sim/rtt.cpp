#include "link/sim/rtt.hpp"

#include "link/sim/node.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <string_view>

namespace tracetcp::sim {

std::optional<Duration> Rtt::draw(std::size_t turn, Random& random) const {
  const auto& base = turns_[std::min(turn, turns_.size() - 1)];
  if (!base || jitter_ == Duration::zero()) return base;
  const double off = (2 * random.unit() - 1) * static_cast<double>(jitter_.count());
  return *base + Duration(std::llround(off));
}

Duration Rtt::typical() const {
  const auto known =
      std::ranges::find_if(turns_, [](const auto& turn) { return turn.has_value(); });
  return known == turns_.end() ? Duration::zero() : **known;
}

Duration read_milliseconds(const Node& node) {
  constexpr double hour = 3.6e6;
  return Duration(std::llround(node.number(0, hour) * 1e6));
}

Rtt read_rtt(const Node& node) {
  if (node.is_number()) return Rtt(read_milliseconds(node));
  if (node.is(Node::Kind::table)) {
    node.allow_only(std::array<std::string_view, 2>{"mean", "jitter"});
    const Duration mean = read_milliseconds(node.need("mean"));
    const Node& jitter = node.need("jitter");
    if (read_milliseconds(jitter) > mean) jitter.fail("must not be more than the mean");
    return {mean, read_milliseconds(jitter)};
  }
  if (!node.is(Node::Kind::list) || node.items().empty()) {
    node.fail("must be milliseconds: a number, a list of numbers and \"*\", or {mean, jitter}");
  }
  std::vector<std::optional<Duration>> turns;
  for (const Node& item : node.items()) {
    const bool star = item.is(Node::Kind::text) && item.text() == "*";
    turns.push_back(star ? std::nullopt : std::optional(read_milliseconds(item)));
  }
  return Rtt(std::move(turns));
}

}  // namespace tracetcp::sim
