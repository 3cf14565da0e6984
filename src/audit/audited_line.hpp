#pragma once

#include <tracetcp/audit.hpp>
#include <tracetcp/number.hpp>
#include <tracetcp/time.hpp>

#include <cstddef>
#include <span>
#include <string>
#include <vector>

namespace tracetcp {

/// What became of a line's rule for one of its ports.
struct AuditedPort {
  Port port;
  RuleOutcome outcome = RuleOutcome::unknown;
  std::string text;        ///< a sentence or more: where and why
  std::string trace_json;  ///< the object of --json; empty: it is not wanted
  TimePoint started;
  Duration took{};
};

/// What became of a line of a policy.
struct AuditedLine {
  std::size_t line = 0;  ///< its number in the file, from 1
  std::string rule;      ///< without comment, words separated by one blank
  std::string failure;   ///< why it was not traced; empty: it was
  std::vector<AuditedPort> ports;

  [[nodiscard]] RuleOutcome outcome() const;
  /// The port that the outcome rests on; nullptr: nothing was traced.
  [[nodiscard]] const AuditedPort* deciding() const;
  /// Why, in a sentence or more, of one port or of those that decide.
  [[nodiscard]] std::string text() const;
};

/// How many lines came to each outcome.
struct AuditTally {
  std::size_t hold = 0;
  std::size_t fail = 0;
  std::size_t unknown = 0;

  void add(RuleOutcome outcome);
  /// "Of 3 lines 1 holds, 1 does not hold, 1 can't be decided."
  [[nodiscard]] std::string text() const;
};

/// One object on one line, with the line end.
std::string audit_json(const AuditedLine& line);

/// The whole of a JUnit report. `file`: the policy's.
std::string junit_xml(const std::string& file, std::span<const AuditedLine> lines);

}  // namespace tracetcp
