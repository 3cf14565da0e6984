#include "correlate/correlator.hpp"
#include "read/found.hpp"

#include <tracetcp/reading.hpp>

#include <map>
#include <unordered_map>

namespace tracetcp {
namespace {

/// After so long without a SYN or reply a trace is over: more than any tool waits.
constexpr Duration idle = std::chrono::seconds(60);

/// At most so many traces are put together at a time; then the one that began first is handed over.
constexpr std::size_t most_open = 200'000;

Syn syn_of(const TcpSegment& segment) {
  const auto& timestamps = segment.tcp.rest->options.timestamps;
  return {.flow = {.source = {segment.ip.source, segment.tcp.source},
                   .target = {segment.ip.destination, segment.tcp.destination}},
          .ttl = segment.ip.ttl,
          .tag = {.isn = segment.tcp.sequence,
                  .ip_id = segment.ip.id,
                  .tsval = timestamps ? timestamps->value : TsVal{}}};
}

}  // namespace

class TraceFinder::Impl {
 public:
  Impl(Selection selection, Sink sink) : selection_(selection), sink_(std::move(sink)) {}

  void take(const Frame& frame) {
    const Decoded decoded = decode(frame);
    if (const auto* segment = std::get_if<TcpSegment>(&decoded)) {
      if (segment->has(TcpRest::syn) && !segment->has(TcpRest::ack)) {
        take_syn(syn_of(*segment), frame.time);
      } else {
        note_connection(*segment);
      }
    }
    if (auto reply = correlator_.match(decoded, frame.time)) found_.at(reply->trace).on(*reply);
    hand_over_idle(frame.time);
  }

  void finish() {
    while (!found_.empty()) hand_over(found_.begin());
  }

  [[nodiscard]] const Tally& ignored() const { return correlator_.ignored(); }

 private:
  /// What the traces of one sender to one target and port have in common.
  struct Line {
    Address source;
    Endpoint target;

    auto operator<=>(const Line&) const = default;
  };

  static Line line_of(const Flow& flow) { return {flow.source.address, flow.target}; }

  [[nodiscard]] bool is_selected(const Endpoint& target) const {
    if (selection_.target && *selection_.target != target.address) return false;
    if (selection_.first_port && target.port < *selection_.first_port) return false;
    return !selection_.last_port || target.port <= *selection_.last_port;
  }

  void take_syn(const Syn& syn, TimePoint time) {
    if (!is_selected(syn.flow.target)) return;
    const Line route = line_of(syn.flow);
    auto current = current_.find(route);
    if (current == current_.end() || !found_.at(current->second).goes_on_with(syn, time)) {
      if (found_.size() >= most_open) hand_over(found_.begin());
      found_.emplace(next_id_, Found(next_id_, syn, time));
      current = current_.insert_or_assign(route, next_id_).first;
      ++next_id_;
    }
    Found& found = found_.at(current->second);
    // Where an earlier trace had a SYN of this flow and ISN, replies could not be told apart.
    const auto earlier = correlator_.trace_of(syn.flow, syn.tag.isn);
    if (earlier && *earlier != found.id()) hand_over(found_.find(*earlier));
    correlator_.add({.trace = found.id(), .index = found.add(syn, time)}, syn, time);
  }

  /// A SYN-ACK that is acknowledged makes a connection: no traceroute does that but by accident.
  void note_connection(const TcpSegment& segment) {
    if (segment.has(TcpRest::rst) || segment.has(TcpRest::syn)) return;
    const Flow flow{.source = {segment.ip.source, segment.tcp.source},
                    .target = {segment.ip.destination, segment.tcp.destination}};
    const auto trace = correlator_.trace_of(flow, segment.tcp.sequence + ~0U);
    if (trace) found_.at(*trace).connected();
  }

  void hand_over_idle(TimePoint now) {
    while (!found_.empty() && now - found_.begin()->second.last() > idle) {
      hand_over(found_.begin());
    }
  }

  void hand_over(std::map<std::uint32_t, Found>::iterator one) {
    const auto& [id, found] = *one;
    if (!found.is_connection()) {
      const FoundTrace trace = found.trace();
      sink_(trace);
    }
    correlator_.forget(id);
    const auto current = current_.find(line_of(found.flow()));
    if (current != current_.end() && current->second == id) current_.erase(current);
    found_.erase(one);
  }

  Selection selection_;
  Sink sink_;
  Correlator correlator_;
  std::map<std::uint32_t, Found> found_;  ///< by id, and so by beginning
  std::map<Line, std::uint32_t> current_;
  std::uint32_t next_id_ = 0;
};

TraceFinder::TraceFinder(Selection selection, Sink sink)
    : impl_(std::make_unique<Impl>(selection, std::move(sink))) {}

TraceFinder::~TraceFinder() = default;

void TraceFinder::take(const Frame& frame) {
  impl_->take(frame);
}
void TraceFinder::finish() {
  impl_->finish();
}
const Tally& TraceFinder::ignored() const {
  return impl_->ignored();
}

}  // namespace tracetcp
