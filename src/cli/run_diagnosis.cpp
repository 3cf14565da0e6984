#include "cli/run_diagnosis.hpp"

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
  if (tell_ == Tell::each || !expected_) return;
  auto others = telling(all_);
  others.insert(others.end(), controls_.begin(), controls_.end());
  for (const Digest& one : all_) check(one.verdict, diagnose(one, others));
}

std::vector<std::string> RunDiagnosis::lines() const {
  return tell_ == Tell::each ? std::vector<std::string>{} : finding_lines(all_, controls_);
}

void RunDiagnosis::hand_on() {
  Trace& trace = held_.front();
  const Digest& one = known_.last(held_.size());
  trace.diagnosis = diagnose_beside(one, known_.telling_of(one.target.address));
  check(trace.verdict, trace.diagnosis);
  sink_(trace);
  held_.pop_front();
}

/// A RST that the target did not send is a way to block a port.
void RunDiagnosis::check(const Verdict& verdict, const Diagnosis& diagnosis) {
  if (!expected_ || verdict.state == State::unknown) return;  // neither so nor otherwise
  const bool forged = diagnosis.answered_by == AnsweredBy::forged_reset;
  bool is = false;
  switch (*expected_) {
    case Expectation::open:
      is = verdict.state == State::open;
      break;
    case Expectation::closed:
      is = verdict.state == State::closed && !forged;
      break;
    case Expectation::blocked:
      is = verdict.state == State::silent || verdict.state == State::rejected || forged;
      break;
  }
  as_expected_ = as_expected_ && is;
}

}  // namespace tracetcp
