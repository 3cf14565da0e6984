#include "prober/packet_prober.hpp"

#include "prober/unsent.hpp"

#include <utility>

namespace tracetcp {

void PacketProber::send(std::span<const Probe> probes) {
  const std::span<const Bytes> packets = identity_->tag(probes, link_.now());
  const std::uint64_t refused = link_.refused();
  link_.send(packets);
  // The link does not show which of several were refused.
  if (link_.refused() - refused != probes.size()) return;
  for (const Probe& probe : probes) refused_.push_back(probe.id);
}

std::vector<ProbeId> PacketProber::take_refused() {
  for (const ProbeId& id : identity_->take_refused()) refused_.push_back(id);
  return std::exchange(refused_, {});
}

std::span<const Reply> PacketProber::wait(TimePoint until) {
  heard_.replies.clear();
  heard_.sent.clear();
  std::swap(heard_, kept_);
  take_frames(heard_.replies.empty() ? until : link_.now(), heard_);
  return heard_.replies;
}

void PacketProber::take_frames(TimePoint until, Heard& heard) {
  for (const Frame& frame : link_.wait(until)) identity_->match(decode(frame), frame.time, heard);
}

std::optional<Refusal> PacketProber::why_unsent() const {
  return tracetcp::why_unsent(link_, why_unsent_);
}

void PacketProber::complete(Trace& trace) {
  const bool remembers = identity_->add_departures(trace);
  const State state = trace.verdict.state;
  if (state != State::silent && state != State::unknown) return;
  explain_silence(trace, [this] { return why_unsent(); });
  if (remembers && !trace.cut_short() && !trace.refusal && !has_shown_up(trace)) {
    await_departures(trace);
  }
  doubt_unseen(trace, link_.stats());
}

/// A frame takes its time from the kernel to us, more than some wait for answers.
void PacketProber::await_departures(Trace& trace) {
  using namespace std::chrono_literals;
  constexpr Duration longest = 200ms;
  const TimePoint until = trace.ended + longest;
  while (!has_shown_up(trace) && link_.now() < until) {
    take_frames(until, kept_);
    identity_->add_departures(trace);
  }
}

}  // namespace tracetcp
