#include "read/summaries.hpp"

#include <algorithm>
#include <tuple>
#include <utility>

namespace tracetcp {
namespace {

// These bound the memory.
constexpr std::size_t most_lines = 65'536;
constexpr std::size_t most_groups = 4096;
constexpr std::size_t most_numbers = 250'000;
constexpr std::size_t most_open_ports = 256;

/// Lines that have nothing but their source, or their target, in common.
constexpr std::size_t very_many = 32;

std::uint32_t mixed(Address target, Port port) {
  // Ports of one target stay different.
  return folded(target) * 0x85ebca6bU ^ port.value;
}

double seconds_of(const Attempts& attempts) {
  return std::max(std::chrono::duration<double>(attempts.last - attempts.first).count(), 1.0);
}

bool is_flood(const Attempts& attempts) {
  constexpr std::uint64_t least = 1000;
  constexpr double least_per_second = 100;
  return attempts.syns >= least &&
         static_cast<double>(attempts.syns) / seconds_of(attempts) >= least_per_second;
}

}  // namespace

std::size_t Summaries::LineHash::operator()(const Line& line) const {
  constexpr std::uint64_t odd = 0x9e3779b97f4a7c15ULL;
  const std::uint64_t ends = std::uint64_t{folded(line.source)} << 32 | folded(line.target.address);
  return (ends * odd ^ line.target.port.value) * odd >> 16;
}

void Summaries::add(const Flow& flow, const Attempts& attempts) {
  if (attempts.attempts == 0) return;
  const Line line{.source = flow.source.address, .target = flow.target};
  if (Group* group = group_of(line)) {
    put(*group, line, attempts);
    return;
  }
  lines_[line].add(attempts);
  if (lines_.size() < most_lines) return;
  gather();
  if (lines_.size() > most_lines / 2) gather_rest();
}

/// That which a line belongs to, if there is one.
Summaries::Group* Summaries::group_of(const Line& line) {
  if (groups_.empty()) return nullptr;
  const auto [source, target] = line;
  for (const Key& key : {Key{.source = {}, .target = target.address, .port = target.port},
                         Key{.source = source, .target = target.address, .port = {}},
                         Key{.source = source, .target = {}, .port = target.port},
                         Key{.source = source, .target = {}, .port = {}},
                         Key{.source = {}, .target = target.address, .port = {}}}) {
    const auto group = groups_.find(key);
    if (group != groups_.end()) return &group->second;
  }
  return nullptr;
}

void Summaries::put(Group& group, const Line& line, const Attempts& attempts) {
  if (group.attempts.attempts == 0) group.first_source = line.source;
  group.attempts.add(attempts);
  count(group, group.sources, folded(line.source));
  count(group, group.targets, folded(line.target.address));
  count(group, group.ports, mixed(line.target.address, line.target.port));
  if (attempts.outcomes.counts[Outcomes::open] == 0) return;
  auto& open = group.open_ports;
  const auto place = std::lower_bound(open.begin(), open.end(), line.target.port);
  if (place != open.end() && *place == line.target.port) return;
  open.insert(place, line.target.port);
  if (open.size() > most_open_ports) open.pop_back();
}

void Summaries::count(Group& group, Numbers& numbers, std::uint32_t number) {
  if (numbers_ >= most_numbers) {
    group.at_least = group.at_least || numbers.find(number) == nullptr;
    return;
  }
  if (numbers.try_emplace(number).second) ++numbers_;
}

/// From what has most in common to what has least.
void Summaries::gather() {
  gather([](const Line& line) { return Key{line.source, line.target.address, {}}; }, many);
  gather([](const Line& line) { return Key{line.source, {}, line.target.port}; }, many);
  gather([](const Line& line) { return Key{{}, line.target.address, line.target.port}; }, many);
  gather([](const Line& line) { return Key{line.source, {}, {}}; }, very_many);
  gather([](const Line& line) { return Key{{}, line.target.address, {}}; }, very_many);
}

/// Makes groups of the lines that have a key in common, where there are enough of them.
void Summaries::gather(KeyOf key_of, std::size_t enough) {
  std::map<Key, std::size_t> counts;
  for (const auto& [line, attempts] : lines_) ++counts[key_of(line)];
  std::erase_if(lines_, [&](const auto& one) {
    const Key key = key_of(one.first);
    if (counts[key] < enough) return false;
    if (groups_.size() >= most_groups && !groups_.contains(key)) return false;
    put(groups_[key], one.first, one.second);
    return true;
  });
}

void Summaries::gather_rest() {
  for (const auto& [line, attempts] : lines_) put(rest_, line, attempts);
  lines_.clear();
}

/// Of each port of a target, whoever asked; those with most attempts.
std::vector<Summary> Summaries::take_lines() {
  std::vector<std::pair<Line, Attempts>> lines(lines_.begin(), lines_.end());
  lines_.clear();
  std::sort(lines.begin(), lines.end(), [](const auto& a, const auto& b) {
    return std::tie(a.first.target, a.first.source) < std::tie(b.first.target, b.first.source);
  });
  std::vector<Summary> summaries;
  for (const auto& [line, attempts] : lines) {
    const bool is_new = summaries.empty() || summaries.back().target != line.target.address ||
                        summaries.back().port != line.target.port;
    if (is_new) {
      summaries.push_back(
          {.source = line.source, .target = line.target.address, .port = line.target.port});
    } else {
      summaries.back().source.reset();
      ++summaries.back().sources;
    }
    summaries.back().attempts.add(attempts);
  }
  for (Summary& one : summaries) one.kind = kind_of(one);
  return summaries;
}

Summary Summaries::summary_of(const Key& key, Group& group) {
  Summary summary{.source = key.source,
                  .target = key.target,
                  .port = key.port,
                  .sources = group.sources.size(),
                  .targets = group.targets.size(),
                  .ports = group.ports.size(),
                  .at_least = group.at_least,
                  .attempts = group.attempts};
  if (summary.sources == 1 && !group.at_least) summary.source = group.first_source;
  summary.kind = kind_of(summary);
  if (summary.kind == SummaryKind::scan) summary.open_ports = std::move(group.open_ports);
  return summary;
}

SummaryKind Summaries::kind_of(const Summary& summary) {
  if (summary.target && summary.port) {
    return is_flood(summary.attempts) ? SummaryKind::flood : SummaryKind::failed;
  }
  constexpr std::uint64_t few_times = 3;  // who scans asks again, but not for hours
  const bool is_once = summary.attempts.attempts <= few_times * summary.ports;
  if (summary.source && summary.target && is_once) return SummaryKind::scan;
  if (summary.source && summary.port && is_once) return SummaryKind::sweep;
  return summary.source || summary.target ? SummaryKind::scattered : SummaryKind::other;
}

std::vector<Summary> Summaries::take() {
  gather();
  std::vector<Summary> all = take_lines();
  for (auto& [key, group] : groups_) all.push_back(summary_of(key, group));
  std::stable_sort(all.begin(), all.end(), [](const Summary& a, const Summary& b) {
    return std::tie(a.kind, b.attempts.attempts) < std::tie(b.kind, a.attempts.attempts);
  });
  // Whoever wants to read more of them asks for a host.
  for (; all.size() > most_told; all.pop_back()) rest_.attempts.add(all.back().attempts);
  if (rest_.attempts.attempts > 0) all.push_back(summary_of({}, rest_));
  groups_.clear();
  rest_ = {};
  numbers_ = 0;
  return all;
}

}  // namespace tracetcp
