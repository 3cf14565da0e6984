#include "core/milliseconds.hpp"
#include "report/paths_json.hpp"
#include "report/text.hpp"

#include <tracetcp/diagnose.hpp>

#include <fmt/format.h>

#include <nlohmann/json.hpp>

namespace tracetcp {

namespace {

using Json = nlohmann::ordered_json;

/// ISO 8601 in UTC with nanoseconds.
std::string timestamp(TimePoint time) {
  const std::chrono::sys_time<Duration> moment(time.time_since_epoch());
  const auto day = std::chrono::floor<std::chrono::days>(moment);
  const std::chrono::year_month_day date(day);
  const std::chrono::hh_mm_ss clock(moment - day);
  return fmt::format("{:04}-{:02}-{:02}T{:02}:{:02}:{:02}.{:09}Z", static_cast<int>(date.year()),
                     static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()),
                     clock.hours().count(), clock.minutes().count(), clock.seconds().count(),
                     clock.subseconds().count());
}

bool is_icmp(ReplyKind kind) {
  return kind == ReplyKind::time_exceeded || kind == ReplyKind::unreachable ||
         kind == ReplyKind::notice;
}

Json place_json(const Place& place) {
  Json json = Json::object();
  if (place.ttl) json["ttl"] = place.ttl->value;
  if (place.address) json["address"] = place.address->text();
  return json;
}

Json evidence_json(const std::vector<Observation>& evidence) {
  Json list = Json::array();
  for (const auto& seen : evidence) {
    list.push_back({{"port", seen.port.value},
                    {"ttl", seen.ttl.value},
                    {"probe", seen.probe},
                    {"text", seen.text}});
  }
  return list;
}

Json finding_json(const Finding& finding) {
  Json json{{"kind", name(finding.kind)}, {"confidence", name(finding.confidence)}};
  json["at"] = place_json(finding.at);
  if (finding.before) json["before"] = place_json(*finding.before);
  if (!finding.field.empty()) {
    json["field"] = finding.field;
    json["sent"] = finding.sent;
    json["quoted"] = finding.quoted;
  }
  json["text"] = finding.clause;
  json["evidence"] = evidence_json(finding.evidence);
  return json;
}

Json rtt_json(const RttStatistics& rtt) {
  return {{"min_ms", in_milliseconds(rtt.least)},
          {"median_ms", in_milliseconds(rtt.median)},
          {"max_ms", in_milliseconds(rtt.most)},
          {"jitter_ms", in_milliseconds(rtt.jitter)},
          {"loss", rtt.loss}};
}

class JsonReport final : public Report {
 public:
  JsonReport(RunInfo info, const Names& names) : info_(std::move(info)), names_(names) {}

  std::string begin(const Trace&) const override { return ""; }
  std::string hop(const Trace&, const Hop&) const override { return ""; }

  std::string end(const Trace& trace, const RunCounts& counts) const override {
    Json root;
    root["schema"] = 1;
    root["target"] = target_json(trace);
    root["method"] = info_.method;
    if (!info_.limits.empty()) root["limits"] = info_.limits;
    root["source"] = source_json();
    root["started"] = timestamp(trace.started);
    root["elapsed_ms"] = in_milliseconds(trace.ended - trace.started);
    root["syns_sent"] = trace.syns_sent;
    root["hops"] = hops_json(trace);
    if (trace.paths) root["paths"] = paths_json(*trace.paths, names_);
    if (!trace.notices.empty()) root["notices"] = notices_json(trace);
    if (trace.unattributed != 0) root["unattributed"] = trace.unattributed;
    if (trace.interrupted) root["interrupted"] = true;
    root["verdict"] = verdict_json(trace);
    root["findings"] = Json::array();
    for (const auto& finding : trace.diagnosis.findings) {
      root["findings"].push_back(finding_json(finding));
    }
    if (trace.diagnosis.path_mtu) root["path_mtu"] = *trace.diagnosis.path_mtu;
    root["ignored"] = Json::object();
    counts.ignored.each([&](Reason reason, std::uint64_t count) {
      root["ignored"][std::string(name(reason))] = count;
    });
    root["capture"] = {{"captured", counts.link.captured},
                       {"kernel_dropped", counts.link.kernel_dropped},
                       {"queue_dropped", counts.link.queue_dropped}};
    // Names of interfaces and hosts need not be UTF-8; JSON must be.
    return root.dump(-1, ' ', false, Json::error_handler_t::replace) + '\n';
  }

 private:
  [[nodiscard]] Json target_json(const Trace& trace) const {
    Json json{{"address", trace.target.address.text()}};
    const std::string known = names_.of(trace.target.address).value_or("");
    const std::string& target_name = info_.target_name.empty() ? known : info_.target_name;
    if (!target_name.empty()) json["name"] = target_name;
    json["port"] = trace.target.port.value;
    return json;
  }

  [[nodiscard]] Json source_json() const {
    Json json{{"address", info_.source.address.text()}};
    if (info_.source.port.value != 0) json["port"] = info_.source.port.value;
    if (!info_.interface.empty()) json["interface"] = info_.interface;
    return json;
  }

  [[nodiscard]] Json hops_json(const Trace& trace) const {
    Json hops = Json::array();
    for (const auto& hop : trace.path()) {
      Json probes = Json::array();
      for (const auto& probe : hop.probes) {
        if (!probe.voided) probes.push_back(probe_json(trace, probe));
      }
      Json json{{"ttl", hop.ttl.value}, {"probes", std::move(probes)}};
      if (const auto rtt = rtt_statistics(hop)) json["rtt"] = rtt_json(*rtt);
      hops.push_back(std::move(json));
    }
    return hops;
  }

  [[nodiscard]] Json probe_json(const Trace& trace, const ProbeRecord& probe) const {
    const Reply* answer = probe.answer();
    Json json = answer == nullptr ? Json{{"reply", "none"}} : reply_json(*answer);
    json["sent_ms"] = in_milliseconds(probe.sent - trace.started);
    json["probe"] = probe.index;
    return json;
  }

  [[nodiscard]] Json reply_json(const Reply& reply) const {
    Json json{{"reply", name(reply.kind)}, {"from", reply.from.text()}};
    const std::string from_name = names_.of(reply.from).value_or("");
    if (!from_name.empty()) json["name"] = from_name;
    if (reply.rtt) json["rtt_ms"] = in_milliseconds(*reply.rtt);
    if (is_icmp(reply.kind)) {
      json["icmp_type"] = reply.icmp_type;
      json["icmp_code"] = reply.icmp_code;
    }
    if (reply.ttl.value != 0) {
      json["reply_ttl"] = reply.ttl.value;
      json["return_hops"] = return_hops(reply.ttl);
    }
    if (reply.next_hop_mtu) json["next_hop_mtu"] = *reply.next_hop_mtu;
    if (!reply.mpls.empty()) json["mpls"] = mpls_json(reply.mpls);
    return json;
  }

  [[nodiscard]] static Json notices_json(const Trace& trace) {
    Json notices = Json::array();
    for (const auto& notice : trace.notices) {
      notices.push_back({{"from", notice.from.text()},
                         {"icmp_type", notice.icmp_type},
                         {"icmp_code", notice.icmp_code},
                         {"text", icmp_text(notice.icmp_type, notice.icmp_code)}});
    }
    return notices;
  }

  [[nodiscard]] static Json verdict_json(const Trace& trace) {
    const Verdict& verdict = trace.verdict;
    Json json{{"state", name(verdict.state)}};
    if (verdict.ttl) json["ttl"] = verdict.ttl->value;
    if (verdict.from) json["from"] = verdict.from->text();
    if (verdict.rtt) json["rtt_ms"] = in_milliseconds(*verdict.rtt);
    if (verdict.state == State::rejected) json["icmp_code"] = verdict.icmp_code;
    json["text"] = sentence(trace);
    const Diagnosis& diagnosis = trace.diagnosis;
    json["answered_by"] = name(diagnosis.answered_by);
    json["confidence"] = name(diagnosis.confidence);
    if (diagnosis.at != Place{}) json["at"] = place_json(diagnosis.at);
    if (diagnosis.return_hops) json["return_hops"] = *diagnosis.return_hops;
    json["evidence"] = evidence_json(diagnosis.evidence);
    return json;
  }

  RunInfo info_;
  const Names& names_;
};

}  // namespace

std::unique_ptr<Report> json_report(const RunInfo& info, const Names& names) {
  return std::make_unique<JsonReport>(info, names);
}

}  // namespace tracetcp
