#include "metrics/watch_metrics.hpp"

#include <tracetcp/diagnosis.hpp>

#include <algorithm>
#include <array>
#include <chrono>
#include <string_view>
#include <utility>

namespace tracetcp {
namespace {

using prometheus::ClientMetric;
using prometheus::MetricFamily;
using prometheus::MetricType;
using Labels = std::vector<ClientMetric::Label>;

double in_seconds(Duration time) {
  return std::chrono::duration<double>(time).count();
}

bool is_answered(const Trace& trace) {
  return trace.diagnosis.answered_by != AnsweredBy::none;
}

/// The families of one target, each series with the labels that name it.
class Series {
 public:
  Series(const WatchedTarget& target, const EventCounts& events)
      : record_(target.record),
        latest_(*target.record.latest()),
        events_(events),
        has_hops_(target.has_hops) {
    labels_ = {{"target", target.name}, {"port", std::to_string(latest_.target.port.value)}};
    gauge("tracetcp_target_info", "The address that is traced, and the method; always 1.", 1,
          {{"address", latest_.target.address.text()}, {"method", target.method}});
  }

  Families all() {
    add_rounds();
    add_verdict();
    add_changes();
    add_end();
    if (has_hops_) add_hops();
    return std::move(families_);
  }

 private:
  MetricFamily& family(const char* name, const char* help, MetricType type) {
    families_.push_back({.name = name, .help = help, .type = type, .metric = {}});
    return families_.back();
  }

  [[nodiscard]] ClientMetric labelled(const Labels& more) const {
    ClientMetric metric;
    metric.label = labels_;
    metric.label.insert(metric.label.end(), more.begin(), more.end());
    return metric;
  }

  void add_value(MetricFamily& to, double value, const Labels& more = {}) const {
    ClientMetric metric = labelled(more);
    (to.type == MetricType::Counter ? metric.counter.value : metric.gauge.value) = value;
    to.metric.push_back(std::move(metric));
  }

  void gauge(const char* name, const char* help, double value, const Labels& more = {}) {
    add_value(family(name, help, MetricType::Gauge), value, more);
  }

  void counter(const char* name, const char* help, std::uint64_t value) {
    add_value(family(name, help, MetricType::Counter), static_cast<double>(value));
  }

  /// Quantiles of the window, as of a Prometheus summary; count and sum since the start.
  void add_times(MetricFamily& to, const HopRecord& hop, const Labels& more = {}) const {
    ClientMetric metric = labelled(more);
    const HopRecord::Times times = hop.times();
    metric.summary.sample_count = times.count;
    metric.summary.sample_sum = in_seconds(times.sum);
    const HopFigures window = hop.window();
    for (const auto& [quantile, time] :
         {std::pair{0.5, window.median}, std::pair{0.95, window.p95}}) {
      if (time) metric.summary.quantile.push_back({quantile, in_seconds(*time)});
    }
    to.metric.push_back(std::move(metric));
  }

  void add_rounds() {
    counter("tracetcp_rounds_total", "Rounds that ended.", record_.rounds());
    gauge("tracetcp_last_round_timestamp_seconds", "When the last round ended, since 1970.",
          in_seconds(latest_.ended.time_since_epoch()));
  }

  void add_verdict() {
    const Trace& standing = *record_.standing();
    MetricFamily& states =
        family("tracetcp_port_state", "1 for the state that the port is in, 0 for all others.",
               MetricType::Gauge);
    for (std::size_t i = 0; i < state_count; ++i) {
      const auto state = static_cast<State>(i);
      add_value(states, state == standing.verdict.state ? 1 : 0,
                {{"state", std::string(name(state))}});
    }
    MetricFamily& answer = family("tracetcp_answer_info",
                                  "Which address answered the SYNs at the end of the path, and "
                                  "what that is; 1, none where the port is silent.",
                                  MetricType::Gauge);
    if (const auto& from = standing.verdict.from; from && is_answered(standing)) {
      const Diagnosis& diagnosis = standing.diagnosis;
      const AnsweredBy who = diagnosis.confidence == Confidence::not_sure ? AnsweredBy::unknown
                                                                          : diagnosis.answered_by;
      add_value(answer, 1, {{"from", from->text()}, {"answered_by", std::string(name(who))}});
    }
    gauge("tracetcp_path_hops",
          "TTL at which the port is answered, else of the last hop that ever answered.",
          record_.length());
  }

  void add_changes() {
    MetricFamily& events = family("tracetcp_events_total",
                                  "Changes of the watch that were reported.", MetricType::Counter);
    for (const WatchEventKind kind : {WatchEventKind::verdict, WatchEventKind::path,
                                      WatchEventKind::loss, WatchEventKind::finding}) {
      const auto found = events_.find(kind);
      add_value(events, found == events_.end() ? 0 : static_cast<double>(found->second),
                {{"event", std::string(name(kind))}});
    }
    gauge("tracetcp_loss_found",
          "1 while packets get lost on the way more often than chance explains.",
          record_.loses() ? 1 : 0);
  }

  void add_end() {
    const HopFigures total = record_.end().total();
    counter("tracetcp_target_probes_total",
            "SYNs with the TTL at which the port is answered, from its first answer on.",
            total.asked);
    counter("tracetcp_target_replies_total", "Those of them that were answered.", total.answered);
    MetricFamily& times =
        family("tracetcp_target_rtt_seconds",
               "Round-trip times of these; quantiles of the last 100.", MetricType::Summary);
    add_times(times, record_.end());
  }

  void add_hops() {
    MetricFamily probes{
        "tracetcp_hop_probes_total", "SYNs that left with this TTL.", MetricType::Counter, {}};
    MetricFamily replies{"tracetcp_hop_replies_total",
                         "Those of them that were answered, by address; beyond 16 at one TTL "
                         "they are \"other\".",
                         MetricType::Counter,
                         {}};
    MetricFamily times{"tracetcp_hop_rtt_seconds",
                       "Round-trip times of these; quantiles of the last 100.",
                       MetricType::Summary,
                       {}};
    MetricFamily limits{"tracetcp_hop_limits_answers",
                        "1 where the hop limits or loses its own answers, not the SYNs.",
                        MetricType::Gauge,
                        {}};
    for (const auto& [ttl, hop] : record_.hops()) {
      if (ttl > record_.length()) break;
      const ClientMetric::Label label{"ttl", std::to_string(ttl)};
      add_value(probes, static_cast<double>(hop.total().asked), {label});
      for (const HopRecord::Share& share : hop.addresses()) {
        add_value(replies, static_cast<double>(share.answers),
                  {label, {"address", share.address.text()}});
      }
      if (hop.other_addresses() != 0) {
        add_value(replies, static_cast<double>(hop.other_addresses()),
                  {label, {"address", "other"}});
      }
      add_times(times, hop, {label});
      add_value(limits, record_.limits(ttl) ? 1 : 0, {label});
    }
    for (MetricFamily* one : {&probes, &replies, &times, &limits})
      families_.push_back(std::move(*one));
  }

  const WatchRecord& record_;
  const Trace& latest_;
  const EventCounts& events_;
  const bool has_hops_;
  Labels labels_;
  Families families_;
};

MetricFamily of_program(const char* name, const char* help, MetricType type, double value,
                        Labels labels) {
  ClientMetric metric;
  metric.label = std::move(labels);
  (type == MetricType::Counter ? metric.counter.value : metric.gauge.value) = value;
  return {.name = name, .help = help, .type = type, .metric = {std::move(metric)}};
}

}  // namespace

Families families_of(const WatchedTarget& target, const EventCounts& events) {
  return Series(target, events).all();
}

Families families_of_program(const RunCounts& counts) {
  return {
      of_program("tracetcp_build_info", "The version of the program; always 1.", MetricType::Gauge,
                 1, {{"version", TRACETCP_VERSION}}),
      of_program("tracetcp_captured_packets_total",
                 "Packets that the capture handed on, ours among them.", MetricType::Counter,
                 static_cast<double>(counts.link.captured), {}),
      of_program("tracetcp_dropped_packets_total",
                 "Packets that the capture lost, so that loss is not the network's alone.",
                 MetricType::Counter,
                 static_cast<double>(counts.link.kernel_dropped + counts.link.queue_dropped), {})};
}

void add_families(Families& all, const Families& more) {
  for (const MetricFamily& family : more) {
    const auto same = std::find_if(
        all.begin(), all.end(), [&](const MetricFamily& one) { return one.name == family.name; });
    if (same == all.end()) {
      all.push_back(family);
    } else {
      same->metric.insert(same->metric.end(), family.metric.begin(), family.metric.end());
    }
  }
}

}  // namespace tracetcp
