#pragma once

#include <tracetcp/trace.hpp>

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace tracetcp {

/// What is expected of every port that is traced.
enum class Expectation : std::uint8_t {
  open,
  closed,
  blocked,  ///< silent, rejected, or reset by something else than the target
};

/// The name that the command line uses, e.g. "open".
std::string_view name(Expectation expectation);

/// Holds the ports of a run, or of a capture, to what is expected of them.
class ExpectationCheck {
 public:
  /// Empty: nothing is expected, so all is as expected.
  explicit ExpectationCheck(std::optional<Expectation> expected) : expected_(expected) {}

  /// `trace`: what the verdict's sentence is made of; null where it is not kept.
  void take(const Endpoint& target, const Verdict& verdict, const Diagnosis& diagnosis,
            const Trace* trace);

  /// Whether all ports were as expected; State::unknown is neither so nor otherwise.
  [[nodiscard]] bool holds() const { return unmet_ == 0; }

  /// What was expected and what is, in one line; empty where it holds.
  [[nodiscard]] std::string text() const;

 private:
  struct Unmet {
    Endpoint target;
    std::string is;         ///< e.g. "closed"
    std::string explained;  ///< the same with the verdict's sentence, where that is known
  };

  std::optional<Expectation> expected_;
  std::size_t taken_ = 0;
  std::size_t unmet_ = 0;
  std::vector<Unmet> shown_;  ///< the first of them
  bool one_address_ = true;
};

}  // namespace tracetcp
