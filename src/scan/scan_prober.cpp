#include "scan/scan_prober.hpp"

#include "prober/unsent.hpp"

#include <variant>

namespace tracetcp {
namespace {

ProbeId id_of(ScanSyn syn) {
  return {.trace = syn.port.value, .index = syn.lane};
}

/// What all replies to a SYN have.
Reply& add_reply(std::vector<Reply>& replies, ScanSyn syn, ReplyKind kind) {
  Reply& reply = replies.emplace_back();
  reply.trace = id_of(syn).trace;
  reply.probe = id_of(syn).index;
  reply.kind = kind;
  return reply;
}

}  // namespace

void ScanProber::send(std::span<const Probe> probes) {
  syns_.clear();
  for (const Probe& probe : probes) {
    syns_.push_back({.port = probe.target.port, .lane = static_cast<std::uint8_t>(probe.id.index)});
  }
  link_.send(codec_.encode(syns_));
}

std::span<const Reply> ScanProber::wait(TimePoint until) {
  replies_.clear();
  sent_.clear();
  for (const Frame& frame : link_.wait(until)) take(codec_.decode(frame));
  return replies_;
}

void ScanProber::take(const ScanEvent& event) {
  if (const auto* sent = std::get_if<ScanSent>(&event)) {
    sent_.push_back({.id = id_of(sent->syn), .time = sent->time, .translation = sent->translation});
  } else if (const auto* answer = std::get_if<ScanAnswer>(&event)) {
    Reply& reply = add_reply(replies_, answer->syn, answer->kind);
    reply.ttl = answer->ttl;
    reply.icmp = answer->icmp;
    reply.from = answer->from;
    reply.time = answer->time;
  } else if (const auto* stray = std::get_if<ScanStray>(&event)) {
    add_reply(replies_, stray->syn, ReplyKind::stray).stray = stray->stray;
    ignored_.add(reason_of(stray->stray.kind));
  } else {
    ignored_.add(std::get<Reason>(event));
  }
}

void ScanProber::complete(Trace& trace) {
  explain_silence(trace, [this] { return why_unsent(link_, why_unsent_); });
  doubt_unseen(trace, link_.stats());
}

}  // namespace tracetcp
