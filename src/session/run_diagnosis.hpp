#pragma once

#include "diagnose/known_traces.hpp"
#include "session/expectation_check.hpp"

#include <tracetcp/diagnose.hpp>

#include <deque>
#include <functional>
#include <string>
#include <vector>

namespace tracetcp {

/// Diagnoses the traces of a run, or of a capture, each in the light of the others.
class RunDiagnosis {
 public:
  enum class Tell : std::uint8_t {
    each,      ///< hands every trace on with its diagnosis, once enough others came after it
    together,  ///< hands traces on at once, without; lines() has those of all in the end
  };
  using Sink = std::function<void(Trace&)>;  ///< may take the trace for itself

  /// `last`: how many traces there will be, after which nothing is held back; 0: not known.
  RunDiagnosis(Tell tell, std::size_t last, std::optional<Expectation> expected, Sink sink)
      : tell_(tell),
        last_(last),
        expects_(expected.has_value()),
        expectation_(expected),
        sink_(std::move(sink)) {}

  /// A trace that is not reported on, only compared with.
  void add_control(const Trace& trace);

  void take(Trace trace);

  /// Hands on what is left. May be called again.
  void finish();

  /// To be printed after all traces; empty where each was handed on with its diagnosis.
  [[nodiscard]] std::vector<std::string> lines() const;

  /// Whether no trace ended as State::unknown.
  [[nodiscard]] bool all_known() const { return all_known_; }

  /// Whether all traces that are known were as expected, once finish() was called.
  [[nodiscard]] bool as_expected() const { return expectation_.holds(); }
  /// See ExpectationCheck::text().
  [[nodiscard]] std::string unexpected() const { return expectation_.text(); }

 private:
  void hand_on();

  Tell tell_;
  std::size_t last_;
  std::size_t taken_ = 0;
  bool expects_;
  ExpectationCheck expectation_;
  Sink sink_;
  std::deque<Trace> held_;
  KnownTraces known_;             ///< Tell::each: the last of them, those held back at its end
  std::vector<Digest> all_;       ///< Tell::together
  std::vector<Digest> controls_;  ///< Tell::together
  bool all_known_ = true;
};

}  // namespace tracetcp
