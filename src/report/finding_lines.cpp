#include "report/evidence_text.hpp"

#include <tracetcp/sentences.hpp>

#include <fmt/core.h>

#include <algorithm>
#include <map>

namespace tracetcp {
namespace {

/// Whether it changes what the user takes from the rows above, which show a rejection already.
bool is_reported(const Finding& finding, bool of_several) {
  switch (finding.kind()) {
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

/// A finding, or all fields that change at one place, as it is reported.
struct Reported {
  std::string key;  ///< what makes lines of several ports one
  std::string clause;
  Confidence confidence = Confidence::certain;
  bool needs_several = false;  ///< see is_reported()
};

std::string listed(const std::vector<std::string>& items) {
  std::string list = items.front();
  for (std::size_t i = 1; i < items.size(); ++i) {
    list += (i + 1 == items.size() ? " and " : ", ") + items[i];
  }
  return list;
}

/// Changes that have a place in common.
using Changes = std::vector<const Finding*>;

std::string where(const Finding& finding, const Names& names) {
  return where_changed(finding, *finding.as<finding::FieldChange>(), names);
}

Reported reported_together(const Changes& changes, const Names& names) {
  Reported reported{.key = where(*changes.front(), no_names())};
  std::vector<std::string> fields;
  for (const Finding* finding : changes) {
    const auto& change = *finding->as<finding::FieldChange>();
    reported.key += ' ' + change.field;
    reported.confidence = std::min(reported.confidence, finding->confidence);
    fields.push_back(fmt::format("{} from {} to {}", change.field, change.sent, change.quoted));
  }
  reported.clause =
      changes.size() == 1
          ? text(*changes.front(), names)
          : fmt::format("changed {}: {}", where(*changes.front(), names), listed(fields));
  return reported;
}

Reported reported_alone(const Finding& finding, const Names& names) {
  const bool is_rejection = finding.kind() == FindingKind::rejected;
  const bool has_reason = is_rejection || finding.kind() == FindingKind::stray_answer;
  return {.key = fmt::format("{} {} {}", name(finding.kind()), text(finding.at),
                             has_reason ? text(finding) : ""),
          .clause = text(finding, names),
          .confidence = finding.confidence,
          .needs_several = is_rejection};
}

std::vector<Reported> reported_of(const std::vector<Finding>& findings, bool of_several,
                                  const Names& names, const Finding* left_out = nullptr) {
  std::vector<Reported> reported;
  std::vector<Changes> changes;  // by place
  for (const Finding& finding : findings) {
    if (&finding == left_out || !is_reported(finding, of_several)) continue;
    if (finding.as<finding::FieldChange>() == nullptr) {
      reported.push_back(reported_alone(finding, names));
      continue;
    }
    const auto same = std::find_if(changes.begin(), changes.end(), [&](const auto& group) {
      return where(*group.front(), no_names()) == where(finding, no_names());
    });
    if (same == changes.end()) {
      changes.push_back({&finding});
    } else {
      same->push_back(&finding);
    }
  }
  for (const Changes& group : changes) reported.push_back(reported_together(group, names));
  return reported;
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
  const char* how_sure = confidence == Confidence::likely ? " (likely)" : "";
  return fmt::format("{}: {}{}.", subject, clause, how_sure);
}

}  // namespace

struct FindingLines::Groups {
  /// What several ports have in common.
  struct Group {
    std::vector<int> ports;
    std::string clause;
    Confidence confidence = Confidence::certain;
    bool needs_several = false;  ///< of one port alone the rows show it
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
  for (const Reported& reported : reported_of(diagnosis.findings, true, no_names())) {
    const auto [group, is_new] = groups_->by_key.try_emplace(reported.key);
    if (is_new) {
      groups_->keys.push_back(reported.key);
      group->second.clause = reported.clause;
      group->second.needs_several = reported.needs_several;
    }
    group->second.ports.push_back(port.value);
    group->second.confidence = std::min(group->second.confidence, reported.confidence);
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
  FindingLines lines;
  std::vector<Digest> others = telling(traces);
  others.insert(others.end(), controls.begin(), controls.end());
  for (const Digest& one : traces) lines.add(one.target.port, diagnose(one, others));
  return lines.lines();
}

std::vector<std::string> finding_lines(const Trace& trace, const Finding* left_out,
                                       const Names& names) {
  std::vector<std::string> lines;
  for (const Reported& reported : reported_of(trace.diagnosis.findings, false, names, left_out)) {
    lines.push_back(line(subject({trace.target.port.value}), reported.clause, reported.confidence));
  }
  return lines;
}

}  // namespace tracetcp
