#include "core/milliseconds.hpp"
#include "report/finding_json.hpp"
#include "report/json_parts.hpp"
#include "report/paths_json.hpp"
#include "report/text.hpp"

#include <tracetcp/diagnose.hpp>
#include <tracetcp/sentences.hpp>

#include <fmt/core.h>

namespace tracetcp {

namespace {

bool is_icmp(ReplyKind kind) {
  return kind == ReplyKind::time_exceeded || kind == ReplyKind::unreachable;
}

void add_endpoint(JsonWriter& json, std::string_view key, Endpoint endpoint) {
  json.key(key);
  json.begin_object();
  add_address(json, "address", endpoint.address);
  json.add("port", endpoint.port.value);
  json.end_object();
}

void add_flow(JsonWriter& json, std::string_view key, const Flow& flow) {
  json.key(key);
  json.begin_object();
  add_endpoint(json, "source", flow.source);
  add_endpoint(json, "target", flow.target);
  json.end_object();
}

void add_translations(JsonWriter& json, const std::vector<Translation>& translations) {
  json.key("translated");
  json.begin_array();
  for (const Translation& one : translations) {
    json.begin_object();
    add_flow(json, "made", one.made);
    add_flow(json, "left", one.left);
    json.end_object();
  }
  json.end_array();
}

/// Whether there is something to say of how the SYN left.
bool is_unusual(Departure departure) {
  return departure != Departure::unwatched && departure != Departure::as_made;
}

void add_rtt_statistics(JsonWriter& json, const RttStatistics& rtt) {
  json.key("rtt");
  json.begin_object();
  json.add("min_ms", in_milliseconds(rtt.least));
  json.add("median_ms", in_milliseconds(rtt.median));
  json.add("max_ms", in_milliseconds(rtt.most));
  json.add("jitter_ms", in_milliseconds(rtt.jitter));
  json.add("loss", rtt.loss);
  json.end_object();
}

void add_notices(JsonWriter& json, const Notices& notices) {
  json.key("notices");
  json.begin_array();
  for (const Notice& notice : notices.different()) {
    json.begin_object();
    add_address(json, "from", notice.from);
    json.add("icmp_type", notice.icmp.type);
    json.add("icmp_code", notice.icmp.code);
    json.add("text", icmp_text(notice.icmp));
    if (notice.gateway) add_address(json, "gateway", *notice.gateway);
    json.add("count", notice.count);
    json.end_object();
  }
  json.end_array();
  if (notices.others() != 0) json.add("other_notices", notices.others());
}

void add_strays(JsonWriter& json, const Trace& trace) {
  json.key("strays");
  json.begin_array();
  for (const Stray& stray : trace.strays.different()) {
    json.begin_object();
    add_stray_members(json, stray);
    json.add("first_ms", in_milliseconds(stray.first - trace.started));
    json.add("last_ms", in_milliseconds(stray.last - trace.started));
    json.add("text", std::string_view(text(stray)));
    json.end_object();
  }
  json.end_array();
  std::uint64_t others = 0;
  for (std::size_t i = 0; i < static_cast<std::size_t>(StrayKind::count_); ++i) {
    others += trace.strays.others(static_cast<StrayKind>(i));
  }
  if (others != 0) json.add("other_strays", others);
}

/// The part of a verdict that needs no diagnosis.
void add_state(JsonWriter& json, const Trace& trace, const Names& names) {
  const Verdict& verdict = trace.verdict;
  json.add("state", name(verdict.state));
  if (const auto hop = verdict_hop(trace)) json.add("ttl", hop->value);
  if (verdict.from) add_address(json, "from", *verdict.from);
  if (verdict.rtt) json.add("rtt_ms", in_milliseconds(*verdict.rtt));
  if (verdict.state == State::rejected) {
    json.add("icmp_type", verdict.icmp.type);
    json.add("icmp_code", verdict.icmp.code);
  }
  json.add("text", std::string_view(sentence(trace, names)));
}

void add_verdict(JsonWriter& json, const Trace& trace, const Names& names) {
  json.key("verdict");
  json.begin_object();
  add_state(json, trace, names);
  const Diagnosis& diagnosis = trace.diagnosis;
  json.add("answered_by", name(diagnosis.answered_by));
  json.add("confidence", name(diagnosis.confidence));
  if (diagnosis.at != Place{}) add_place(json, "at", diagnosis.at);
  if (diagnosis.return_hops) json.add("return_hops", *diagnosis.return_hops);
  add_evidence(json, diagnosis.evidence);
  json.end_object();
}

void add_counts(JsonWriter& json, const RunCounts& counts) {
  json.key("ignored");
  json.begin_object();
  counts.ignored.each([&](Reason reason, std::uint64_t count) { json.add(name(reason), count); });
  json.end_object();
  json.key("capture");
  json.begin_object();
  json.add("captured", counts.link.captured);
  json.add("kernel_dropped", counts.link.kernel_dropped);
  json.add("queue_dropped", counts.link.queue_dropped);
  json.end_object();
}

class JsonReport final : public Report {
 public:
  JsonReport(RunInfo info, const Names& names) : info_(std::move(info)), names_(names) {}

  void add_begin(std::string&, const Trace&) const override {}
  void add_hop(std::string&, const Trace&, const Hop&) const override {}

  // Names of interfaces and hosts need not be UTF-8; JSON must be, and the writer sees to it.
  void add_end(std::string& text, const Trace& trace, const RunCounts& counts) const override {
    add_object(text, trace, counts);
    text += '\n';
  }

 private:
  void add_object(std::string& text, const Trace& trace, const RunCounts& counts) const {
    JsonWriter json(text);
    json.begin_object();
    json.add("schema", 1);
    if (info_.line != 0) json.add("line", info_.line);
    add_target(json, trace);
    json.add("method", std::string_view(info_.method));
    if (!info_.limits.empty()) add_limits(json);
    add_source(json);
    json.add("started", std::string_view(timestamp(trace.started)));
    json.add("elapsed_ms", in_milliseconds(trace.ended - trace.started));
    json.add("syns_sent", trace.syns_sent);
    add_hops(json, trace);
    if (trace.paths) add_paths(json, *trace.paths, names_, info_.networks);
    if (!trace.notices.empty()) add_notices(json, trace.notices);
    if (!trace.translations.empty()) add_translations(json, trace.translations);
    if (trace.refusal) json.add("refused", std::string_view(tracetcp::text(*trace.refusal)));
    if (!trace.strays.empty()) add_strays(json, trace);
    if (trace.unattributed != 0) json.add("unattributed", trace.unattributed);
    if (trace.interrupted) json.add("interrupted", true);
    if (trace.failed) json.add("failed", true);
    add_verdict(json, trace, names_);
    add_findings(json, trace.diagnosis.findings);
    if (trace.control) add_control(json, *trace.control);
    if (trace.diagnosis.path_mtu) json.add("path_mtu", *trace.diagnosis.path_mtu);
    add_counts(json, counts);
    json.end_object();
  }

  void add_control(JsonWriter& json, const Trace& control) const {
    json.key("control");
    json.begin_object();
    json.add("port", control.target.port.value);
    json.add("started", std::string_view(timestamp(control.started)));
    json.add("elapsed_ms", in_milliseconds(control.ended - control.started));
    json.add("syns_sent", control.syns_sent);
    add_hops(json, control);
    json.key("verdict");
    json.begin_object();
    add_state(json, control, names_);
    json.end_object();
    json.end_object();
  }

  void add_target(JsonWriter& json, const Trace& trace) const {
    json.key("target");
    json.begin_object();
    add_address(json, "address", trace.target.address);
    if (info_.target_name.empty()) {
      add_name(json, trace.target.address, names_);
    } else {
      json.add("name", std::string_view(info_.target_name));
    }
    json.add("port", trace.target.port.value);
    if (!info_.target_addresses.empty()) {
      json.key("addresses");
      json.begin_array();
      for (const Address address : info_.target_addresses) json.add(address);
      json.end_array();
    }
    json.end_object();
  }

  void add_limits(JsonWriter& json) const {
    json.key("limits");
    json.begin_array();
    for (const std::string& limit : info_.limits) json.add(std::string_view(limit));
    json.end_array();
  }

  void add_source(JsonWriter& json) const {
    json.key("source");
    json.begin_object();
    add_address(json, "address", info_.source.address);
    if (info_.source.port.value != 0) json.add("port", info_.source.port.value);
    if (!info_.interface.empty()) json.add("interface", std::string_view(info_.interface));
    json.end_object();
  }

  void add_hops(JsonWriter& json, const Trace& trace) const {
    json.key("hops");
    json.begin_array();
    for (const Hop& hop : trace.path()) {
      json.begin_object();
      json.add("ttl", hop.ttl.value);
      json.key("probes");
      json.begin_array();
      for (const ProbeRecord& probe : hop.probes) {
        if (!probe.voided) add_probe(json, trace, probe);
      }
      json.end_array();
      if (const auto rtt = rtt_statistics(hop)) add_rtt_statistics(json, *rtt);
      json.end_object();
    }
    json.end_array();
  }

  void add_probe(JsonWriter& json, const Trace& trace, const ProbeRecord& probe) const {
    const Reply* answer = probe.answer();
    json.begin_object();
    if (answer == nullptr) {
      json.add("reply", "none");
    } else {
      add_reply(json, *answer);
    }
    if (is_unusual(probe.departure)) json.add("departure", name(probe.departure));
    json.add("sent_ms", in_milliseconds(probe.sent - trace.started));
    json.add("probe", probe.index);
    json.end_object();
  }

  void add_reply(JsonWriter& json, const Reply& reply) const {
    json.add("reply", name(reply.kind));
    add_address(json, "from", reply.from);
    add_name(json, reply.from, names_);
    add_as(json, reply.from, info_.networks);
    if (reply.rtt) json.add("rtt_ms", in_milliseconds(*reply.rtt));
    if (is_icmp(reply.kind)) {
      json.add("icmp_type", reply.icmp.type);
      json.add("icmp_code", reply.icmp.code);
    }
    if (reply.ttl) {
      json.add("reply_ttl", reply.ttl->value);
      json.add("return_hops", return_hops(*reply.ttl));
    }
    if (reply.next_hop_mtu) json.add("next_hop_mtu", *reply.next_hop_mtu);
    if (!reply.mpls.empty()) add_mpls(json, reply.mpls.items());
  }

  RunInfo info_;
  const Names& names_;
};

}  // namespace

std::unique_ptr<Report> json_report(const RunInfo& info, const Names& names) {
  return std::make_unique<JsonReport>(info, names);
}

}  // namespace tracetcp
