#include <tracetcp/port_list.hpp>

#include <algorithm>

namespace tracetcp {

void PortList::add(Port first, Port last) {
  if (last < first) return;
  Ranges merged;
  bool is_placed = false;
  const auto place = [&](Port from, Port to) {
    const std::size_t before =
        merged.empty()
            ? 0
            : merged.back().before + 1U + merged.back().last.value - merged.back().first.value;
    merged.push_back({.first = from, .last = to, .before = before});
  };
  for (const Range& range : ranges_) {
    // Ranges that only touch are one, too. Numbers are promoted to int: 65535 + 1 is no port.
    if (range.last.value + 1 < first.value) {
      place(range.first, range.last);
    } else if (last.value + 1 < range.first.value) {
      if (!is_placed) place(first, last);
      is_placed = true;
      place(range.first, range.last);
    } else {
      first = std::min(first, range.first);
      last = std::max(last, range.last);
    }
  }
  if (!is_placed) place(first, last);
  ranges_ = std::move(merged);
}

std::size_t PortList::size() const {
  if (ranges_.empty()) return 0;
  const Range& last = ranges_.back();
  return last.before + 1U + last.last.value - last.first.value;
}

Port PortList::at(std::size_t place) const {
  const auto after = std::upper_bound(
      ranges_.begin(), ranges_.end(), place,
      [](std::size_t wanted, const Range& range) { return wanted < range.before; });
  const Range& range = *(after - 1);
  return {static_cast<std::uint16_t>(range.first.value + (place - range.before))};
}

PortList::Ranges::const_iterator PortList::range_of(Port port) const {
  const auto after =
      std::upper_bound(ranges_.begin(), ranges_.end(), port,
                       [](Port wanted, const Range& range) { return wanted < range.first; });
  return after == ranges_.begin() ? ranges_.end() : after - 1;
}

std::size_t PortList::place_of(Port port) const {
  const auto range = range_of(port);
  return range->before + port.value - range->first.value;
}

bool PortList::contains(Port port) const {
  const auto range = range_of(port);
  return range != ranges_.end() && port <= range->last;
}

std::string PortList::text() const {
  std::string text;
  for (const Range& range : ranges_) {
    if (!text.empty()) text += ", ";
    text += std::to_string(range.first.value);
    if (range.first != range.last) text += '-' + std::to_string(range.last.value);
  }
  return text;
}

}  // namespace tracetcp
