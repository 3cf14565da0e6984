#include "link/sim/port_set.hpp"

#include "link/sim/node.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <charconv>
#include <optional>
#include <string_view>

namespace tracetcp::sim {

namespace {

std::optional<std::uint16_t> read_port(std::string_view text) {
  std::uint16_t port = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), port);
  if (error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
  return port;
}

void add_range(const Node& node, PortSet& ports) {
  const std::string_view text = node.text();
  const auto dash = text.find('-');
  const auto first = read_port(text.substr(0, dash));
  const auto last = dash == std::string_view::npos ? first : read_port(text.substr(dash + 1));
  if (!first || !last || *first > *last) {
    node.fail(fmt::format("\"{}\" is no port (0 to 65535) or range such as \"137-139\"", text));
  }
  ports.add(*first, *last);
}

}  // namespace

PortSet PortSet::all() {
  PortSet ports;
  ports.add(0, 65535);
  return ports;
}

bool PortSet::contains(std::uint16_t port) const {
  return std::ranges::any_of(
      ranges_, [port](const auto& range) { return range.first <= port && port <= range.second; });
}

bool PortSet::covers(const PortSet& other) const {
  return std::ranges::all_of(other.ranges_, [this](const auto& theirs) {
    return std::ranges::any_of(ranges_, [&theirs](const auto& ours) {
      return ours.first <= theirs.first && theirs.second <= ours.second;
    });
  });
}

int PortSet::common(const PortSet& other) const {
  int lowest = 65536;
  for (const auto& ours : ranges_) {
    for (const auto& theirs : other.ranges_) {
      const int first = std::max(ours.first, theirs.first);
      if (first <= std::min(ours.second, theirs.second)) lowest = std::min(lowest, first);
    }
  }
  return lowest == 65536 ? -1 : lowest;
}

PortSet read_ports(const Node& node) {
  PortSet ports;
  for (const Node& item : node.one_or_more()) {
    if (item.is(Node::Kind::integer)) {
      const auto port = static_cast<std::uint16_t>(item.integer(0, 65535));
      ports.add(port, port);
    } else {
      add_range(item, ports);
    }
  }
  return ports;
}

}  // namespace tracetcp::sim
