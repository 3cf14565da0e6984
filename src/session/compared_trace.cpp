#include "session/compared_trace.hpp"

#include <tracetcp/audit.hpp>

#include <utility>

namespace tracetcp {

ComparedTrace::ComparedTrace(std::uint32_t first_id, Parts parts, TimePoint now)
    : parts_(std::move(parts)), id_(first_id) {
  tracer_.emplace(id_, parts_.target, parts_.strategy, parts_.pacer, now);
}

ComparedTrace::ComparedTrace(std::uint32_t first_id, Parts parts, Trace ended, TimePoint now)
    : parts_(std::move(parts)), id_(first_id), ended_{.trace = std::move(ended), .controls = {}} {
  plan_.emplace(ended_.trace, parts_.strategy);
  begin_next(now);
}

void ComparedTrace::next(TimePoint now, std::vector<Probe>& due) {
  if (done_) return;
  while (auto probe = tracer_->next(now)) due.push_back(*probe);
}

std::optional<Reason> ComparedTrace::on(const Reply& reply) {
  const bool is_taken = !done_ && is_of_current(reply.trace) && tracer_->on(reply);
  return is_taken ? std::nullopt : std::optional(Reason::late);
}

void ComparedTrace::refused(const ProbeId& id) {
  if (!done_ && is_of_current(id.trace)) tracer_->refused(id.index);
}

void ComparedTrace::settle(TimePoint now) {
  if (done_) return;
  tracer_->settle(now);
  if (!tracer_->done()) return;
  if (control_) {
    Trace ended = take_current();
    plan_->take(*control_, ended);
    if (!ended.cut_short()) {
      ended_.controls.push_back({.trace = std::move(ended), .is_whole = control_->is_whole});
    }
  } else if (again_) {
    take_again(take_current());
  } else {
    ended_.trace = take_current();
    if (is_to_be_asked_again()) {
      again_ = true;
      begin(parts_.target.port, parts_.strategy, now);
      return;
    }
  }
  if (!plan_ && parts_.compares) plan_.emplace(ended_.trace, parts_.strategy);
  begin_next(now);
}

bool ComparedTrace::is_to_be_asked_again() const {
  constexpr int enough_rounds = 2;
  const Trace& trace = ended_.trace;
  return parts_.asks_silent_again && trace.verdict.state == State::silent && !trace.cut_short() &&
         rounds_of_silence(trace) < enough_rounds;
}

void ComparedTrace::take_again(Trace again) {
  const std::uint32_t syns = ended_.trace.syns_sent;
  ended_.trace = std::move(again);
  ended_.trace.syns_sent += syns;
  ended_.silent_before = 1;
}

void ComparedTrace::begin_next(TimePoint now) {
  tracer_.reset();
  control_ = plan_ ? plan_->next() : std::nullopt;
  if (!control_) {
    done_ = true;
    return;
  }
  // Other targets show nothing of the silence of two SYNs, which is not waited for.
  if (!control_->is_whole) control_->strategy.asks_again = false;
  begin(control_->port, control_->strategy, now);
}

void ComparedTrace::begin(Port port, const Strategy& strategy, TimePoint now) {
  ++id_;
  tracer_.emplace(id_, Endpoint{parts_.target.address, port}, strategy, parts_.pacer, now);
}

void ComparedTrace::cut_short(TimePoint now, EndedBy by) {
  if (done_) return;
  tracer_->cut_short(now, by);
  Trace ended = take_current();
  if (control_) {
    plan_->take(*control_, ended);
  } else if (!again_) {
    ended_.trace = std::move(ended);
  }
  done_ = true;
}

Trace ComparedTrace::take_current() {
  tracer_->complete([this](Trace& ended) { parts_.prober.complete(ended); });
  parts_.prober.conclude(id_);
  return tracer_->take_trace();
}

}  // namespace tracetcp
