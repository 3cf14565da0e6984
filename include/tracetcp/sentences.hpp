#pragma once

#include <tracetcp/diagnose.hpp>
#include <tracetcp/names.hpp>
#include <tracetcp/trace.hpp>

#include <memory>
#include <span>
#include <string>
#include <vector>

namespace tracetcp {

// What a trace shows in plain English. All that a sentence says is in the data too. Addresses are
// numbers; `names` adds the names of hops where they are known.

/// Knows no name.
const Names& no_names();

/// The verdict as one sentence: what the deciding finding says, else what answered and where.
std::string sentence(const Trace& trace, const Names& names = no_names());

/// "hop 6 (10.77.6.2)", "hop 6" or "10.77.6.2"; with its name "hop 6 (10.77.6.2, fw.example.net)".
std::string text(const Place& place, const Names& names = no_names());

/// One sentence without port and full stop, to follow "Port 80: ".
std::string text(const Finding& finding, const Names& names = no_names());

/// What was seen, to follow "port 80, TTL 7: ".
std::string text(const Observation& observation);

/// What a stray is and who sent it: "a RST without ACK from 192.0.2.1".
std::string text(const Stray& stray);

/// What is worth a line of text: findings that change what the user reads from the trace, at least
/// likely, each "Port 80: ...", those that several ports have in common in one line.
/// `controls` are compared with only.
std::vector<std::string> finding_lines(std::span<const Digest> traces,
                                       std::span<const Digest> controls = {});

/// Those of one trace that has its diagnosis. `left_out`: one of its findings that is reported
/// elsewhere; nullptr: none.
std::vector<std::string> finding_lines(const Trace& trace, const Finding* left_out = nullptr,
                                       const Names& names = no_names());

/// Those of traces to one target that come one by one, each with its diagnosis.
class FindingLines {
 public:
  FindingLines();
  ~FindingLines();
  FindingLines(FindingLines&&) noexcept;
  FindingLines& operator=(FindingLines&&) noexcept;

  void add(Port port, const Diagnosis& diagnosis);
  [[nodiscard]] std::vector<std::string> lines() const;

 private:
  struct Groups;
  std::unique_ptr<Groups> groups_;
};

}  // namespace tracetcp
