#include "prober/packet_prober.hpp"

#include "prober/unsent.hpp"

#include <utility>

namespace tracetcp {

void PacketProber::send(std::span<const Probe> probes) {
  std::vector<std::vector<std::uint8_t>> packets;
  packets.reserve(probes.size());
  for (const Probe& probe : probes) {
    const Syn syn = tagger_.tag(probe);
    packets.push_back(builder_.build(syn));
    // Registered before it leaves: on a short path the reply may be there before send() returns.
    correlator_.add(probe.id, syn, link_.now());
  }
  const std::vector<Bytes> views(packets.begin(), packets.end());
  const std::uint64_t refused = link_.refused();
  link_.send(views);
  // The link does not show which of several were refused.
  if (link_.refused() - refused != probes.size()) return;
  for (const Probe& probe : probes) refused_.push_back(probe.id);
}

std::vector<ProbeId> PacketProber::take_refused() {
  for (const ProbeId& id : correlator_.take_refused()) refused_.push_back(id);
  return std::exchange(refused_, {});
}

std::span<const Reply> PacketProber::wait(TimePoint until) {
  replies_.clear();
  std::swap(replies_, kept_);
  take_frames(replies_.empty() ? until : link_.now(), replies_);
  return replies_;
}

void PacketProber::take_frames(TimePoint until, std::vector<Reply>& replies) {
  for (const Frame& frame : link_.wait(until)) {
    for (auto reply = correlator_.match(decode(frame), frame.time); reply;
         reply = correlator_.take_released()) {
      const bool cannot_tell = !reply->probe && !reply->answers_nothing();
      if (cannot_tell || reply->kind == ReplyKind::rst) tagger_.use_own_isns(reply->trace);
      replies.push_back(std::move(*reply));
    }
  }
}

std::optional<Refusal> PacketProber::why_unsent() const {
  return tracetcp::why_unsent(link_, why_unsent_);
}

void PacketProber::complete(Trace& trace) {
  correlator_.add_departures(trace);
  const State state = trace.verdict.state;
  if (state != State::silent && state != State::unknown) return;
  explain_silence(trace, [this] { return why_unsent(); });
  if (!trace.cut_short() && !trace.refusal && !has_shown_up(trace)) await_departures(trace);
  doubt_unseen(trace, link_.stats());
}

/// A frame takes its time from the kernel to us, more than some wait for answers.
void PacketProber::await_departures(Trace& trace) {
  using namespace std::chrono_literals;
  constexpr Duration longest = 200ms;
  const TimePoint until = trace.ended + longest;
  while (!has_shown_up(trace) && link_.now() < until) {
    take_frames(until, kept_);
    correlator_.add_departures(trace);
  }
}

void PacketProber::conclude(std::uint32_t trace) {
  correlator_.conclude(trace);
  tagger_.forget(trace);
}

}  // namespace tracetcp
