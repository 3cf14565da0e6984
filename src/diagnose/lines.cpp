#include <tracetcp/diagnose.hpp>

#include <fmt/core.h>

#include <algorithm>
#include <map>

namespace tracetcp {
namespace {

/// Whether it changes what the user takes from the rows above. Of a rejection the rows tell.
bool is_told(const Finding& finding, bool of_several) {
  switch (finding.kind) {
    case FindingKind::proxy:
    case FindingKind::forged_reset:
    case FindingKind::nat:
    case FindingKind::change:
    case FindingKind::ttl_set:
    case FindingKind::loop:
    case FindingKind::no_host:
    case FindingKind::loss:
    case FindingKind::blocked:
    case FindingKind::path_change:
    case FindingKind::some_paths:
    case FindingKind::contradiction:
    case FindingKind::stray_answer:
      return finding.confidence != Confidence::not_sure;
    case FindingKind::rejected:
      return of_several;
    case FindingKind::private_source:
    case FindingKind::rate_limit:
    case FindingKind::return_path:
      break;
  }
  return false;
}

bool is_change(const Finding& finding) {
  return !finding.field.empty() && finding.field != "TTL";
}

/// A finding, or all fields that change at one place, as text tells it.
struct Told {
  std::string key;  ///< what makes lines of several ports one
  std::string clause;
  Confidence confidence = Confidence::certain;
  bool needs_several = false;  ///< see is_told()
};

std::string where(const Finding& change) {
  const std::string before = text(*change.before);
  return change.at == Place{} ? "before " + before
                              : fmt::format("between {} and {}", text(change.at), before);
}

std::string listed(const std::vector<std::string>& items) {
  std::string list = items.front();
  for (std::size_t i = 1; i < items.size(); ++i) {
    list += (i + 1 == items.size() ? " and " : ", ") + items[i];
  }
  return list;
}

/// Changes that have a place in common.
Told told_together(const std::vector<const Finding*>& changes) {
  Told told{.key = where(*changes.front())};
  std::vector<std::string> fields;
  for (const Finding* change : changes) {
    told.key += ' ' + change->field;
    told.confidence = std::min(told.confidence, change->confidence);
    fields.push_back(fmt::format("{} from {} to {}", change->field, change->sent, change->quoted));
  }
  told.clause = fmt::format("{}: {}", where(*changes.front()), listed(fields));
  if (changes.size() == 1) told.clause = changes.front()->clause;
  if (changes.size() > 1) told.clause = fmt::format("changed {}", told.clause);
  return told;
}

std::vector<Told> told_of(const std::vector<Finding>& findings, bool of_several,
                          const Finding* left_out = nullptr) {
  std::vector<Told> told;
  std::vector<std::vector<const Finding*>> changes;  // by place
  for (const Finding& finding : findings) {
    if (&finding == left_out || !is_told(finding, of_several)) continue;
    if (!is_change(finding)) {
      const bool is_rejection = finding.kind == FindingKind::rejected;
      const bool has_reason = is_rejection || finding.kind == FindingKind::stray_answer;
      told.push_back({.key = fmt::format("{} {} {}", name(finding.kind), text(finding.at),
                                         has_reason ? finding.clause : ""),
                      .clause = finding.clause,
                      .confidence = finding.confidence,
                      .needs_several = is_rejection});
      continue;
    }
    const auto same = std::find_if(changes.begin(), changes.end(), [&](const auto& group) {
      return where(*group.front()) == where(finding);
    });
    if (same == changes.end()) {
      changes.push_back({&finding});
    } else {
      same->push_back(&finding);
    }
  }
  for (const auto& group : changes) told.push_back(told_together(group));
  return told;
}

/// "Port 80", "Ports 135 and 137-139".
std::string subject(std::vector<int> ports) {
  std::sort(ports.begin(), ports.end());
  std::vector<std::string> runs;
  for (std::size_t i = 0; i < ports.size();) {
    std::size_t end = i + 1;
    while (end < ports.size() && ports[end] == ports[end - 1] + 1) ++end;
    runs.push_back(end - i == 1 ? std::to_string(ports[i])
                                : fmt::format("{}-{}", ports[i], ports[end - 1]));
    i = end;
  }
  return fmt::format("Port{} {}", ports.size() == 1 ? "" : "s", listed(runs));
}

std::string line(const std::string& subject, const std::string& clause, Confidence confidence) {
  const char* doubt = confidence == Confidence::likely ? " (likely)" : "";
  return fmt::format("{}: {}{}.", subject, clause, doubt);
}

}  // namespace

struct FindingLines::Groups {
  /// What several ports have in common.
  struct Group {
    std::vector<int> ports;
    std::string clause;
    Confidence confidence = Confidence::certain;
    bool needs_several = false;  ///< of one port alone the rows tell it
  };

  std::vector<std::string> keys;  ///< in the order in which they came up
  std::map<std::string, Group> by_key;
  std::size_t traces = 0;
};

FindingLines::FindingLines() : groups_(std::make_unique<Groups>()) {}
FindingLines::~FindingLines() = default;
FindingLines::FindingLines(FindingLines&&) noexcept = default;
FindingLines& FindingLines::operator=(FindingLines&&) noexcept = default;

void FindingLines::add(Port port, const Diagnosis& diagnosis) {
  ++groups_->traces;
  for (const Told& told : told_of(diagnosis.findings, true)) {
    const auto [group, is_new] = groups_->by_key.try_emplace(told.key);
    if (is_new) {
      groups_->keys.push_back(told.key);
      group->second.clause = told.clause;
      group->second.needs_several = told.needs_several;
    }
    group->second.ports.push_back(port.value);
    group->second.confidence = std::min(group->second.confidence, told.confidence);
  }
}

std::vector<std::string> FindingLines::lines() const {
  std::vector<std::string> lines;
  for (const std::string& key : groups_->keys) {
    const Groups::Group& group = groups_->by_key.at(key);
    if (group.needs_several && groups_->traces == 1) continue;
    lines.push_back(line(subject(group.ports), group.clause, group.confidence));
  }
  return lines;
}

std::vector<std::string> finding_lines(std::span<const Digest> traces,
                                       std::span<const Digest> controls) {
  FindingLines told;
  std::vector<Digest> others = telling(traces);
  others.insert(others.end(), controls.begin(), controls.end());
  for (const Digest& one : traces) told.add(one.target.port, diagnose(one, others));
  return told.lines();
}

std::vector<std::string> finding_lines(const Trace& trace, const Finding* left_out) {
  std::vector<std::string> lines;
  for (const Told& told : told_of(trace.diagnosis.findings, false, left_out)) {
    lines.push_back(line(subject({trace.target.port.value}), told.clause, told.confidence));
  }
  return lines;
}

}  // namespace tracetcp
