#include "link/replay/replay_link.hpp"

#include "core/milliseconds.hpp"
#include "link/replay/difference.hpp"

#include <tracetcp/error.hpp>

#include <fmt/core.h>

#include <algorithm>
#include <utility>

namespace tracetcp {
namespace {

/// "TTL 3 to port 80"
std::string in_words(Bytes syn) {
  const auto decoded = decode({.bytes = syn});
  const auto* segment = std::get_if<TcpSegment>(&decoded);
  if (segment == nullptr) return "something that is no SYN";
  return fmt::format("a SYN with TTL {} to port {}", segment->ip.ttl.value,
                     segment->tcp.destination.value);
}

}  // namespace

ReplayLink::ReplayLink(std::vector<RecordedFrame> recording, ReplaySlack slack)
    : recording_(std::move(recording)), slack_(slack), unsent_(next_syn(0)) {
  if (!recording_.empty()) now_ = recording_.front().time;
}

void ReplayLink::send(std::span<const Bytes> packets) {
  for (const Bytes packet : packets) {
    if (unsent_ == recording_.size()) {
      throw Error(fmt::format("replay {}: sent {}, where the recording has no more SYNs", at(now_),
                              in_words(packet)));
    }
    const RecordedFrame& recorded = recording_[unsent_];
    const std::string how = difference(packet, recorded.syn);
    if (!how.empty()) fail(recorded, "sent another SYN: " + how);
    if (now_ < recorded.time - slack_.late || now_ > recorded.time + slack_.early) {
      fail(recorded, fmt::format("sent the SYN {}, {:.6f} ms too {}", at(now_),
                                 in_milliseconds(std::max(now_, recorded.time) -
                                                 std::min(now_, recorded.time)),
                                 now_ < recorded.time ? "early" : "late"));
    }
    unsent_ = next_syn(unsent_ + 1);
  }
}

std::span<const Frame> ReplayLink::wait(TimePoint until) {
  frames_.clear();
  advance(std::max(until, now_));
  for (; next_ < unsent_ && recording_[next_].time <= now_; ++next_) {
    const RecordedFrame& frame = recording_[next_];
    frames_.push_back({frame.link_type, frame.bytes, frame.original_length, frame.time});
  }
  return frames_;
}

/// Lets time pass until the next frame, or the next SYN, or that moment.
void ReplayLink::advance(TimePoint until) {
  if (next_ == recording_.size()) {
    if (until == never) throw Error("replay: the run goes on, where the recording ends");
    now_ = until;
    return;
  }
  const RecordedFrame& frame = recording_[next_];
  if (next_ != unsent_) {
    now_ = std::max(now_, std::min(until, frame.time));
    return;
  }
  if (frame.time + slack_.early < until) {
    fail(frame, fmt::format("sent nothing, where the recording has {}", in_words(frame.syn)));
  }
  now_ = std::max(until, until >= frame.time - slack_.late ? frame.time : until);
}

void ReplayLink::finish() const {
  if (unsent_ == recording_.size()) return;
  const RecordedFrame& frame = recording_[unsent_];
  fail(frame, fmt::format("ended the run {}, where the recording goes on with {}", at(now_),
                          in_words(frame.syn)));
}

std::size_t ReplayLink::next_syn(std::size_t from) const {
  while (from < recording_.size() && recording_[from].syn.empty()) ++from;
  return from;
}

std::string ReplayLink::at(TimePoint time) const {
  const TimePoint start = recording_.empty() ? time : recording_.front().time;
  return fmt::format("at {:.6f} ms", in_milliseconds(time - start));
}

void ReplayLink::fail(const RecordedFrame& frame, const std::string& how) const {
  throw Error(fmt::format("replay differs at frame {} ({}): {}", frame.number,
                          at(frame.time).substr(3) + " after the first", how));
}

}  // namespace tracetcp
