#include "session/run_diagnosis.hpp"

#include <tracetcp/sentences.hpp>

namespace tracetcp {
namespace {

/// As many ports as are traced side by side.
constexpr std::size_t held_back = 64;
constexpr std::size_t most_known = 3 * held_back;

}  // namespace

void RunDiagnosis::add_control(const Trace& trace) {
  if (tell_ == Tell::together) {
    controls_.push_back(digest(trace));
  } else {
    known_.add(digest(trace));
  }
}

void RunDiagnosis::take(Trace trace) {
  all_known_ = all_known_ && trace.verdict.state != State::unknown;
  if (tell_ == Tell::together) {
    all_.push_back(digest(trace));
    sink_(trace);
    return;
  }
  if (known_.size() >= most_known) known_.drop(held_back);
  known_.add(digest(trace));
  held_.push_back(std::move(trace));
  ++taken_;
  if (held_.size() > held_back) hand_on();
  while (taken_ == last_ && !held_.empty()) hand_on();
}

void RunDiagnosis::finish() {
  while (!held_.empty()) hand_on();
  if (tell_ == Tell::each || !expects_) return;
  auto others = telling(all_);
  others.insert(others.end(), controls_.begin(), controls_.end());
  for (const Digest& one : all_) {
    expectation_.take(one.target, one.verdict, diagnose(one, others), nullptr);
  }
}

std::vector<std::string> RunDiagnosis::lines() const {
  return tell_ == Tell::each ? std::vector<std::string>{} : finding_lines(all_, controls_);
}

void RunDiagnosis::hand_on() {
  Trace& trace = held_.front();
  const Digest& one = known_.last(held_.size());
  trace.diagnosis = diagnose_beside(one, known_.telling_of(one.target.address));
  expectation_.take(trace.target, trace.verdict, trace.diagnosis, &trace);
  sink_(trace);
  held_.pop_front();
}

}  // namespace tracetcp
