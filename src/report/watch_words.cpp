#include "report/watch_words.hpp"

#include <tracetcp/sentences.hpp>

#include <fmt/core.h>

namespace tracetcp {
namespace {

std::string clause(const Lost& lost, const Names& names) {
  if (lost.from) return text(*lost.from, names);
  return fmt::format("packets get lost on the way to {} or back: {} of {} probes were answered",
                     lost.target.text(), lost.answered, lost.asked);
}

std::string clause(const LimitFound& found, const Names& names) {
  return fmt::format("{} limits or loses its own answers ({} of {} came), not the SYNs",
                     text(found.at, names), found.answered, found.asked);
}

/// Adds before, after and the sentence.
class Words {
 public:
  Words(WatchWords& words, const Names& names) : words_(words), names_(names) {}

  void operator()(const VerdictChange& change) const {
    words_.before = sentence(change.before, names_);
    words_.after = sentence(change.after, names_);
    words_.text = fmt::format("{} Before: {}", words_.after, words_.before);
  }
  void operator()(const PathChange& change) const {
    for (const PathPlace& place : change.after) words_.ttls.push_back(place.ttl);
    words_.before = path_text(change.before);
    words_.after = path_text(change.after);
    words_.text = fmt::format("The path changed: {} before, {} now.", words_.before, words_.after);
  }
  void operator()(const LossChange& change) const {
    if (change.after) {
      words_.after = clause(*change.after, names_);
      words_.text = fmt::format("Loss began: {}.", words_.after);
    } else if (change.before) {
      words_.before = clause(*change.before, names_);
      words_.text = fmt::format(
          "Loss ended: the last {} probes were answered at the end of the path.", change.answered);
    }
  }
  void operator()(const Finding& finding) const { find(finding.at, text(finding, names_)); }
  void operator()(const LimitFound& found) const { find(found.at, clause(found, names_)); }

 private:
  void find(const Place& at, const std::string& found) const {
    if (at.ttl) words_.ttls = {at.ttl->value};
    words_.after = found;
    words_.text = fmt::format("Finding: {}.", found);
  }

  WatchWords& words_;
  const Names& names_;
};

}  // namespace

WatchWords words_of(const WatchEvent& event, const Names& names) {
  WatchWords words{
      .kind = event.kind(), .at = event.at, .round = event.round, .target = event.target};
  std::visit(Words(words, names), event.data);
  return words;
}

std::string path_text(std::span<const PathPlace> places) {
  std::string text;
  for (const PathPlace& place : places) {
    text += fmt::format("{}hop {} ", text.empty() ? "" : ", ", place.ttl);
    if (place.addresses.empty()) text += "silent";
    for (std::size_t i = 0; i < place.addresses.size(); ++i) {
      text += (i == 0 ? "" : " or ") + place.addresses[i].text();
    }
  }
  return text;
}

}  // namespace tracetcp
