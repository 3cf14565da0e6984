#pragma once

#include <tracetcp/names.hpp>
#include <tracetcp/trace.hpp>

#include <initializer_list>
#include <map>
#include <string>
#include <utility>
#include <vector>

namespace tracetcp::test {

inline Address address(const std::string& text) {
  return Address::parse(text).value();
}

/// Names from a map; what is not in it has no answer yet.
class MapNames final : public Names {
 public:
  MapNames() = default;
  MapNames(std::initializer_list<std::pair<const std::string, std::string>> names)
      : names_(names) {}

  void ask(Address) override {}
  [[nodiscard]] std::optional<std::string> of(Address asked) const override {
    const auto found = names_.find(asked.text());
    if (found == names_.end()) return std::nullopt;
    return found->second;
  }

 private:
  std::map<std::string, std::string> names_;
};

/// A time-exceeded from `from`; what else is wanted of a reply is set afterwards.
inline Reply reply(const std::string& from, Duration rtt,
                   ReplyKind kind = ReplyKind::time_exceeded) {
  Reply reply;
  reply.kind = kind;
  reply.from = address(from);
  reply.rtt = rtt;
  reply.ttl = Ttl{64};
  if (kind == ReplyKind::time_exceeded) reply.icmp.type = 11;
  if (kind == ReplyKind::unreachable) reply.icmp.type = 3;
  return reply;
}

/// 2026-11-22T09:00:00.123456789Z.
inline constexpr TimePoint start{Duration(1795338000'123'456'789)};

inline Trace trace_to(const std::string& target, std::uint16_t port) {
  Trace trace;
  trace.target = {address(target), Port{port}};
  trace.started = trace.ended = start;
  return trace;
}

/// Appends a hop, one probe per reply; nullopt: the probe was not answered.
inline Hop& add_hop(Trace& trace, std::uint8_t ttl,
                    const std::vector<std::optional<Reply>>& replies) {
  Hop hop{Ttl{ttl}, {}};
  for (const auto& one : replies) {
    ProbeRecord probe;
    probe.index = trace.syns_sent++;
    probe.ttl = hop.ttl;
    probe.sent = start + std::chrono::milliseconds(probe.index);
    if (one) probe.replies.push_back(*one);
    hop.probes.push_back(std::move(probe));
  }
  trace.hops.push_back(std::move(hop));
  return trace.hops.back();
}

/// A hop that answered three times.
inline Hop& add_hop(Trace& trace, std::uint8_t ttl, const std::string& from, int first, int second,
                    int third) {
  using std::chrono::milliseconds;
  return add_hop(trace, ttl,
                 {reply(from, milliseconds(first)), reply(from, milliseconds(second)),
                  reply(from, milliseconds(third))});
}

inline void conclude(Trace& trace, State state, std::optional<std::uint8_t> ttl = std::nullopt,
                     const std::string& from = "", std::optional<Duration> rtt = std::nullopt) {
  trace.verdict.state = state;
  if (ttl) trace.verdict.ttl = Ttl{*ttl};
  if (!from.empty()) trace.verdict.from = address(from);
  trace.verdict.rtt = rtt;
}

}  // namespace tracetcp::test
