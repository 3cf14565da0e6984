#include "tracing.hpp"

#include "../idle_observer.hpp"
#include "identity/remembered.hpp"
#include "prober/packet_prober.hpp"
#include "restless_link.hpp"

#include <algorithm>
#include <set>

#if defined(__SANITIZE_ADDRESS__)
#define TRACETCP_SANITIZED
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define TRACETCP_SANITIZED
#endif
#endif

namespace simtest {

using namespace tracetcp;

std::uint64_t tries(std::uint64_t usual) {
#ifdef TRACETCP_SANITIZED
  return usual / 10;
#else
  return usual;
#endif
}

namespace {

struct Collector final : IdleObserver {
  void finished(const Trace& trace) override { traces.push_back(trace); }

  std::vector<Trace> traces;
};

/// Shows every frame to somebody on its way.
class TappedLink final : public Link {
 public:
  TappedLink(std::unique_ptr<Link> link, const Options& options)
      : link_(std::move(link)), record_(options.record) {}

  TimePoint now() override { return link_->now(); }
  void send(std::span<const Bytes> packets) override { link_->send(packets); }
  LinkStats stats() override { return link_->stats(); }
  std::span<const Frame> wait(TimePoint until) override {
    const auto frames = link_->wait(until);
    if (record_) std::for_each(frames.begin(), frames.end(), record_);
    return frames;
  }

 private:
  std::unique_ptr<Link> link_;
  std::function<void(const Frame&)> record_;
};

}  // namespace

Run run_in(const std::string& text, const std::string& address, int port, const Options& options) {
  const auto network = parse_network(text, "test");
  const Address traced = *Address::parse(address);
  const Address source = network->source(traced.family());
  auto simulated = make_simulated_link(network, options.seed);
  if (options.restless) {
    simulated = std::make_unique<RestlessLink>(std::move(simulated), options.seed);
  }
  if (options.wrap) simulated = options.wrap(std::move(simulated));
  TappedLink link(std::move(simulated), options);
  const PortBlock ports{Port{40001}, options.all_paths ? most_flows : std::uint16_t{256}};
  const TagMode tag_mode = options.all_paths ? TagMode::flow : options.tag_mode;
  PacketProber prober(link,
                      std::make_unique<RememberedIdentity>(options.seed, source, ports, tag_mode));
  Collector collector;
  Tally late;
  const int last = options.last_port == 0 ? port : options.last_port;
  const Job job{.target = traced,
                .ports = PortList(Port{static_cast<std::uint16_t>(port)},
                                  Port{static_cast<std::uint16_t>(last)})};
  const auto never_interrupted = [] { return false; };
  if (options.all_paths) {
    run_paths(prober, options.strategy, job, {source, ports.first}, collector, never_interrupted,
              late);
  } else {
    run(prober, options.strategy, job, collector, never_interrupted, late);
  }
  return {.traces = collector.traces, .ignored = prober.ignored()};
}

std::string hops_of(const Trace& trace) {
  std::string text;
  const bool ended =
      trace.verdict.state != State::silent && trace.verdict.state != State::incomplete;
  for (const Hop& hop : trace.path()) {
    if (ended && hop.ttl == trace.verdict.ttl) break;
    std::set<std::string> addresses;
    for (const ProbeRecord& probe : hop.probes) {
      if (probe.answer() != nullptr) addresses.insert(probe.answer()->from.text());
    }
    if (!text.empty()) text += ", ";
    text += std::to_string(hop.ttl.value) + " ";
    std::string all;
    for (const auto& one : addresses) all += (all.empty() ? "" : "/") + one;
    text += all.empty() ? "-" : all;
  }
  return text;
}

namespace {

std::string node_text(const PathNode& node, bool is_start) {
  if (is_start) return "start";
  if (!node.address) return "*";
  const bool on_way = node.reply == ReplyKind::time_exceeded;
  return on_way ? node.address->text()
                : std::string(name(*node.reply)) + " " + node.address->text();
}

}  // namespace

std::string edges_of(const Trace& trace) {
  const Multipath& paths = trace.paths.value();
  std::set<std::string> edges;
  for (const PathEdge& edge : paths.edges) {
    const PathNode& from = paths.nodes[edge.from];
    edges.insert(std::to_string(from.ttl.value) + " " + node_text(from, edge.from == 0) + ">" +
                 node_text(paths.nodes[edge.to], false));
  }
  std::string text;
  for (const std::string& edge : edges) text += (text.empty() ? "" : ", ") + edge;
  return text;
}

std::string verdict_of(const Trace& trace) {
  const Verdict& verdict = trace.verdict;
  return std::string(name(verdict.state)) + " " +
         (verdict.ttl ? std::to_string(verdict.ttl->value) : "-") + " " +
         (verdict.from ? verdict.from->text() : "-");
}

}  // namespace simtest
