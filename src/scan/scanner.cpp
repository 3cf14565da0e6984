#include "scan/scanner.hpp"

#include "tracer/judge.hpp"

#include <algorithm>
#include <cmath>

namespace tracetcp {

using namespace std::chrono_literals;

namespace {

/// Of the answers to several SYNs to one port the heavier counts, see find_ending(). Of those to
/// one SYN the first does, if it ends a path.
int weight(ReplyKind kind) {
  switch (kind) {
    case ReplyKind::syn_ack:
      return 4;
    case ReplyKind::rst:
      return 3;
    case ReplyKind::unreachable:
      return 2;
    case ReplyKind::time_exceeded:
      return 1;
    case ReplyKind::notice:
    case ReplyKind::stray:
      break;
  }
  return 0;
}

/// Whether it contradicts the answer that the same SYN has already.
bool is_second_to_syn(const PortRecord& record, const PortAnswer& answer) {
  return answer.lane == record.answer->lane && ends_path(answer.kind) &&
         ends_path(record.answer->kind) && answer.kind != record.answer->kind &&
         !record.contradiction;
}

bool outweighs(const PortRecord& record, const PortAnswer& answer) {
  const bool same_syn = answer.lane == record.answer->lane;
  if (same_syn && ends_path(record.answer->kind)) return false;
  return weight(answer.kind) > weight(record.answer->kind);
}

/// Of the target itself, not of a router, which may limit its errors to one a second.
bool is_of_target(ReplyKind kind) {
  return kind == ReplyKind::syn_ack || kind == ReplyKind::rst;
}

Port port_of(std::uint32_t trace) {
  return Port{static_cast<std::uint16_t>(trace)};
}

}  // namespace

Scanner::Scanner(const Strategy& strategy, const Job& job, TimePoint now)
    : strategy_(strategy), job_(job), timeouts_(strategy_), rate_(strategy_, now) {
  progress_.ports = static_cast<std::uint32_t>(job.ports.size());
  progress_.started = now;
}

PortRecord* Scanner::find(Port port) {
  if (records_.empty() || port < records_.front().port || !job_.ports.contains(port)) {
    return nullptr;
  }
  const std::size_t index = job_.ports.place_of(port) - (next_ - records_.size());
  return index < records_.size() ? &records_[index] : nullptr;
}

void Scanner::next(TimePoint now, std::vector<Probe>& due) {
  if (rate_.ready() > now) return;
  const std::size_t before = due.size();
  for (std::uint32_t budget = rate_.budget(now); budget > 0; --budget) {
    if (controls_.due(rate_.now())) {
      const Controls::Asked asked = controls_.ask(now);
      due.push_back(probe(asked.port, asked.lane));
    } else if (!again_.empty()) {
      PortRecord* record = find(again_.front());
      again_.pop_front();
      if (record != nullptr && !record->answer) ask(*record, now, due);
    } else if (next_ < job_.ports.size()) {
      records_.push_back({.port = job_.ports.at(next_++)});
      ask(records_.back(), now, due);
    } else {
      break;
    }
  }
  const std::size_t syns = due.size() - before;
  rate_.spend(static_cast<std::uint32_t>(syns));
  progress_.syns_sent += syns;
}

Probe Scanner::probe(Port port, Lane lane) const {
  return {.id = {.trace = port.value, .index = lane},
          .target = {job_.target, port},
          .ttl = strategy_.first_ttl};
}

void Scanner::ask(PortRecord& record, TimePoint now, std::vector<Probe>& due) {
  due.push_back(probe(record.port, record.next_lane()));
  record.asked.at(record.next_lane()) = now;
  ++record.tries;
  ++asked_;
  controls_.passed();
  asks_.push_back({.port = record.port, .tries = record.tries, .time = now});
}

void Scanner::sent(const SentProbe& probe) {
  const auto lane = static_cast<Lane>(probe.id.index);
  if (lane >= scan_most_tries) return;
  PortRecord* record = find(port_of(probe.id.trace));
  if (record == nullptr || lane >= record->tries) return;
  record->asked.at(lane) = probe.time;
  record->seen_lanes = static_cast<std::uint16_t>(record->seen_lanes | 1U << lane);
  if (!probe.translation) return;
  record->translation = *probe.translation;
  progress_.translation = probe.translation;
}

bool Scanner::on(const Reply& reply) {
  const Port port = port_of(reply.trace);
  const auto lane = static_cast<Lane>(reply.probe.value());
  if (reply.kind == ReplyKind::stray) {
    note(port, *reply.stray);
    return true;
  }
  if (reply.kind == ReplyKind::notice) return false;
  if (lane >= scan_most_tries) return is_of_target(reply.kind) && controls_.on(port, lane);
  PortRecord* record = find(port);
  if (record == nullptr || lane >= record->tries) return false;
  return take_answer(*record, {.lane = lane,
                               .kind = reply.kind,
                               .icmp = reply.icmp,
                               .ttl = reply.ttl,
                               .from = reply.from,
                               .time = reply.time});
}

bool Scanner::take_answer(PortRecord& record, const PortAnswer& answer) {
  const bool first = !record.answer;
  if (first) learn(record, answer);
  if (!first && is_second_to_syn(record, answer)) {
    record.contradiction = answer;
    settle(record, answer.time);
    return true;
  }
  if (!first && !outweighs(record, answer)) return false;
  record.answer = answer;
  record.contradiction.reset();
  record.settled_at = answer.time;
  if (answer.kind == ReplyKind::rst || answer.kind == ReplyKind::unreachable) {
    held_.push_back({.port = record.port, .tries = record.tries, .time = answer.time});
  } else {
    settle(record, answer.time);
  }
  return true;
}

/// How long the SYN-ACK of the target may take longer than a RST or ICMP error from the way.
Duration Scanner::hold() const {
  const Duration least = strategy_.anti_flood ? 200ms : 50ms;
  return std::min(strategy_.timeout, std::max(least, timeouts_.round_trip()));
}

void Scanner::settle_held(TimePoint until) {
  for (; !held_.empty() && held_.front().time <= until; held_.pop_front()) {
    PortRecord* record = find(held_.front().port);
    if (record != nullptr && !record->settled) settle(*record, record->settled_at);
  }
}

/// Something came for a port that answers nothing.
void Scanner::note(Port port, const Stray& stray) {
  PortRecord* record = find(port);
  if (record == nullptr || record->answer) return;
  if (!record->strays) record->strays = Strays{};
  record->strays->add(stray);
}

/// Takes what the first answer of a port shows about the path.
void Scanner::learn(const PortRecord& record, const PortAnswer& answer) {
  const std::size_t lane = answer.lane;
  const TimePoint asked = record.asked.at(lane);
  if (answer.time >= asked) timeouts_.heard(answer.time - asked);
  if (!is_of_target(answer.kind)) return;
  ++answers_;
  // The answer to the try before was lost, or that try itself.
  if (lane > 0 && !in_lossy_time(record.asked.at(lane - 1))) ++progress_.lost;
  controls_.use(record.port, answer.kind == ReplyKind::rst);
}

bool Scanner::in_lossy_time(TimePoint time) const {
  return std::any_of(lossy_times_.begin(), lossy_times_.end(),
                     [&](const auto& lossy) { return lossy.first <= time && time < lossy.second; });
}

void Scanner::settle(TimePoint now) {
  settle_controls(now);
  settle_held(now - hold());
  settle_asks(now);
  settle_endings(now);
}

void Scanner::settle_asks(TimePoint now) {
  const Duration wait = timeouts_.between_tries();
  for (; !asks_.empty() && asks_.front().time + wait <= now; asks_.pop_front()) {
    const Ask& ask = asks_.front();
    PortRecord* record = find(ask.port);
    if (record == nullptr || record->answer) continue;
    constexpr std::uint8_t enough = 30;
    if (record->void_tries < enough && in_lossy_time(ask.time)) ++record->void_tries;
    if (record->tries - record->void_tries < wanted_tries()) {
      again_.push_back(ask.port);
    } else {
      endings_.push_back(ask);
    }
  }
}

void Scanner::settle_endings(TimePoint now) {
  const Duration wait = timeouts_.last_wait();
  for (; !endings_.empty() && endings_.front().time + wait <= now; endings_.pop_front()) {
    const Ask& ask = endings_.front();
    PortRecord* record = find(ask.port);
    if (record == nullptr || record->answer) continue;
    if (record->tries - record->void_tries < wanted_tries()) {  // more than it was then
      again_.push_back(ask.port);
    } else {
      settle(*record, now);
    }
  }
}

void Scanner::settle_controls(TimePoint now) {
  controls_.settle(now, timeouts_.answer());
  const auto round = controls_.take_round(now);
  if (!round) return;
  constexpr int dead = 3;
  dead_rounds_ = round->lost == Controls::in_round ? dead_rounds_ + 1 : 0;
  if (dead_rounds_ > dead) return;  // the port of the controls has gone: they say nothing
  const bool is_lossy = rate_.take(
      {.lost = round->lost, .of = Controls::in_round, .most_silent = take_most_silent()}, now);
  if (is_lossy) {
    constexpr std::size_t few = 16;
    lossy_times_.emplace_back(round->from, now);
    if (lossy_times_.size() > few) lossy_times_.pop_front();
  }
  if (dead_rounds_ < dead) return;
  controls_.begin_anew();
  rate_.restart(now);
}

/// Whether the target answered less than a quarter of the tries since the last round. Answers come
/// a round trip after their tries, of which twice as many may have left by then.
bool Scanner::take_most_silent() {
  const std::uint64_t answers = answers_ - std::exchange(answers_before_, answers_);
  const std::uint64_t asks = asked_ - std::exchange(asks_before_, asked_);
  return answers * 4 < asks;
}

void Scanner::settle(PortRecord& record, TimePoint now) {
  record.settled_at = now;
  if (record.settled) return;
  record.settled = true;
  ++progress_.settled;
}

/// As many as make it unlikely, at the rate at which answers get lost, that all were lost.
int Scanner::wanted_tries() const {
  const int asked_for = std::max(2, strategy_.probes_per_hop);
  constexpr std::uint64_t enough_evidence = 3;
  if (progress_.lost < enough_evidence) return asked_for;
  constexpr double unlikely = 1e-4;
  const double share =
      static_cast<double>(progress_.lost) / static_cast<double>(progress_.lost + answers_);
  const double tries = share < 1 ? std::log(unlikely) / std::log(share) : scan_most_tries;
  return std::clamp(static_cast<int>(std::ceil(std::min<double>(tries, scan_most_tries))),
                    asked_for, scan_most_tries);
}

TimePoint Scanner::wake() const {
  TimePoint wake = never;
  const bool has_more = next_ < job_.ports.size() || !again_.empty();
  if (has_more) wake = rate_.ready();
  // A little later more of them are due: to wake up for each would cost more than it is worth.
  constexpr Duration some = 1ms;
  wake = std::min(wake, controls_.wake(timeouts_.answer()));
  if (!held_.empty()) wake = std::min(wake, held_.front().time + hold() + some);
  if (!asks_.empty()) wake = std::min(wake, asks_.front().time + timeouts_.between_tries() + some);
  if (!endings_.empty())
    wake = std::min(wake, endings_.front().time + timeouts_.last_wait() + some);
  return wake;
}

void Scanner::pop(State state) {
  ++progress_.in_state.at(static_cast<std::size_t>(state));
  records_.pop_front();
}

ScanProgress Scanner::progress(TimePoint now) const {
  ScanProgress progress = progress_;
  progress.rate = rate_.now();
  progress.now = now;
  const double settled = std::max(1.0, static_cast<double>(progress.settled));
  const double syns_a_port = std::max(1.0, static_cast<double>(progress.syns_sent) / settled);
  const double left =
      static_cast<double>(progress.ports - progress.settled) * syns_a_port / progress.rate;
  progress.left = std::chrono::duration_cast<Duration>(std::chrono::duration<double>(left));
  return progress;
}

}  // namespace tracetcp
