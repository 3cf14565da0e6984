#include "read/summaries.hpp"

#include <algorithm>
#include <tuple>
#include <utility>

namespace tracetcp {
namespace {

// These bound the memory.
constexpr std::size_t most_conversations = 65'536;
constexpr std::size_t most_groups = 4096;
constexpr std::size_t most_ends = 250'000;
constexpr std::size_t most_open_ports = 256;

/// Lines that have nothing but their source, or their target, in common.
constexpr std::size_t very_many = 32;

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

std::size_t Summaries::ConversationHash::operator()(const Conversation& conversation) const {
  constexpr std::uint64_t odd = 0x9e3779b97f4a7c15ULL;
  const std::uint64_t ends =
      std::uint64_t{folded(conversation.source)} << 32 | folded(conversation.target.address);
  return (ends * odd ^ conversation.target.port.value) * odd >> 16;
}

void Summaries::add(const Flow& flow, const Attempts& attempts) {
  if (attempts.attempts == 0) return;
  const Conversation conversation{.source = flow.source.address, .target = flow.target};
  if (Group* group = group_of(conversation)) {
    put(*group, conversation, attempts);
    return;
  }
  conversations_[conversation].add(attempts);
  if (conversations_.size() < most_conversations) return;
  gather();
  if (conversations_.size() > most_conversations / 2) gather_rest();
}

/// That which a conversation belongs to, if there is one.
Summaries::Group* Summaries::group_of(const Conversation& conversation) {
  if (groups_.empty()) return nullptr;
  const auto [source, target] = conversation;
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

void Summaries::put(Group& group, const Conversation& conversation, const Attempts& attempts) {
  if (group.attempts.attempts == 0) group.first_source = conversation.source;
  group.attempts.add(attempts);
  count(group, group.sources, {.address = conversation.source, .port = {}});
  count(group, group.targets, {.address = conversation.target.address, .port = {}});
  count(group, group.ports, conversation.target);
  if (attempts.outcomes.counts[Outcomes::open] == 0) return;
  auto& open = group.open_ports;
  const auto place = std::lower_bound(open.begin(), open.end(), conversation.target.port);
  if (place != open.end() && *place == conversation.target.port) return;
  open.insert(place, conversation.target.port);
  if (open.size() > most_open_ports) open.pop_back();
}

void Summaries::count(Group& group, Ends& ends, const Endpoint& end) {
  if (ends_ >= most_ends) {
    group.at_least = group.at_least || ends.find(end) == nullptr;
    return;
  }
  if (ends.try_emplace(end).is_new) ++ends_;
}

/// From what has most in common to what has least.
void Summaries::gather() {
  gather(
      [](const Conversation& conversation) {
        return Key{conversation.source, conversation.target.address, {}};
      },
      many);
  gather(
      [](const Conversation& conversation) {
        return Key{conversation.source, {}, conversation.target.port};
      },
      many);
  gather(
      [](const Conversation& conversation) {
        return Key{{}, conversation.target.address, conversation.target.port};
      },
      many);
  gather(
      [](const Conversation& conversation) {
        return Key{conversation.source, {}, {}};
      },
      very_many);
  gather(
      [](const Conversation& conversation) {
        return Key{{}, conversation.target.address, {}};
      },
      very_many);
}

/// Makes groups of the conversations that have a key in common, where there are enough of them.
void Summaries::gather(KeyOf key_of, std::size_t enough) {
  std::map<Key, std::size_t> counts;
  for (const auto& [conversation, attempts] : conversations_) ++counts[key_of(conversation)];
  std::erase_if(conversations_, [&](const auto& one) {
    const Key key = key_of(one.first);
    if (counts[key] < enough) return false;
    if (groups_.size() >= most_groups && !groups_.contains(key)) return false;
    put(groups_[key], one.first, one.second);
    return true;
  });
}

void Summaries::gather_rest() {
  for (const auto& [conversation, attempts] : conversations_) put(rest_, conversation, attempts);
  conversations_.clear();
}

/// One for each port of a target, for all senders together; those with most attempts.
std::vector<Summary> Summaries::take_lines() {
  std::vector<std::pair<Conversation, Attempts>> conversations(conversations_.begin(),
                                                               conversations_.end());
  conversations_.clear();
  std::sort(conversations.begin(), conversations.end(), [](const auto& a, const auto& b) {
    return std::tie(a.first.target, a.first.source) < std::tie(b.first.target, b.first.source);
  });
  std::vector<Summary> summaries;
  for (const auto& [conversation, attempts] : conversations) {
    const bool is_new = summaries.empty() ||
                        summaries.back().target != conversation.target.address ||
                        summaries.back().port != conversation.target.port;
    if (is_new) {
      summaries.push_back({.source = conversation.source,
                           .target = conversation.target.address,
                           .port = conversation.target.port});
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
  ends_ = 0;
  return all;
}

}  // namespace tracetcp
