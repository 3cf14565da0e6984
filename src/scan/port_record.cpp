#include "scan/port_record.hpp"

#include "tracer/judge.hpp"

#include <tracetcp/diagnose.hpp>

#include <algorithm>

namespace tracetcp {
namespace {

Reply reply_of(const PortRecord& record, const PortAnswer& answer, std::uint32_t trace) {
  const TimePoint asked = record.asked.at(answer.lane);
  Reply reply;
  reply.trace = trace;
  reply.probe = answer.lane;
  reply.kind = answer.kind;
  reply.from = answer.from;
  reply.time = answer.time;
  if (answer.time >= asked) reply.rtt = answer.time - asked;
  reply.ttl = answer.ttl;
  reply.icmp = answer.icmp;
  return reply;
}

}  // namespace

Trace trace_of(const PortRecord& record, const Job& job, Ttl ttl, int probes) {
  Trace trace;
  trace.id = static_cast<std::uint32_t>(job.ports.place_of(record.port));
  trace.target = {job.target, record.port};
  trace.started = record.asked.front();
  trace.ended = record.settled_at;
  trace.syns_sent = record.tries;
  auto& hop = trace.hops.emplace_back(Hop{.ttl = ttl, .probes = {}});
  const auto add = [&](std::size_t lane) {
    hop.probes.push_back({.index = static_cast<std::uint32_t>(lane),
                          .ttl = ttl,
                          .sent = record.asked.at(lane),
                          .replies = {},
                          .departure = record.departure(lane)});
  };
  if (record.answer) {
    add(record.answer->lane);
  } else {
    for (std::size_t i = 0; i < static_cast<std::size_t>(std::min<int>(probes, record.tries)); ++i)
      add(i);
  }
  for (const auto* answer : {&record.answer, &record.contradiction}) {
    if (*answer) hop.probes.back().replies.push_back(reply_of(record, **answer, trace.id));
  }
  if (record.strays) trace.strays = *record.strays;
  if (record.translation) trace.translations.push_back(*record.translation);
  conclude(trace);
  if (record.contradiction) trace.diagnosis = diagnose(digest(trace), {});
  return trace;
}

}  // namespace tracetcp
