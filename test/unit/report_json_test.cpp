#include "trace_builder.hpp"

#include <tracetcp/report.hpp>

#include <doctest/doctest.h>

#include <nlohmann/json.hpp>

using namespace std::chrono_literals;
using namespace tracetcp;
using namespace tracetcp::test;

namespace {

std::string json(const Trace& trace, const RunInfo& info = {}, const MapNames& names = MapNames(),
                 const RunCounts& counts = {}) {
  const auto report = json_report(info, names);
  std::string text = report->begin(trace);
  for (const auto& hop : trace.path()) text += report->hop(trace, hop);
  return text + report->end(trace, counts);
}

/// Read back by the parser, to look at single keys.
nlohmann::json read(const Trace& trace, const RunInfo& info = {},
                    const MapNames& names = MapNames(), const RunCounts& counts = {}) {
  return nlohmann::json::parse(json(trace, info, names, counts));
}

}  // namespace

TEST_CASE("the addresses of a name are told where there are several") {
  const Trace trace = trace_to("192.0.2.2", 80);
  RunInfo info;
  info.target_name = "shop.example";
  CHECK_FALSE(read(trace, info)["target"].contains("addresses"));
  info.target_addresses = {address("192.0.2.2"), address("192.0.2.1")};
  CHECK(read(trace, info)["target"].dump() ==
        R"({"address":"192.0.2.2","addresses":["192.0.2.2","192.0.2.1"],)"
        R"("name":"shop.example","port":80})");
}

TEST_CASE("the example in JSON: one object, one line, keys in the documented order") {
  Trace trace = trace_to("66.135.192.41", 80);
  add_hop(trace, 1, {reply("192.168.0.1", 1'042us)});
  add_hop(trace, 2, {std::nullopt});
  add_hop(trace, 3, {reply("66.135.192.41", 170'300us, ReplyKind::syn_ack)});
  add_hop(trace, 4, {reply("66.135.192.41", 171ms, ReplyKind::syn_ack)});
  conclude(trace, State::open, 3, "66.135.192.41", 170'300us);
  trace.ended = trace.started + 181'200us;
  trace.syns_sent = 48;
  RunInfo info;
  info.target_name = "www.ebay.co.uk";
  info.method = "raw";
  info.interface = "eth0";
  info.source = {address("192.168.0.2"), Port{40001}};
  RunCounts counts;
  counts.ignored.add(Reason::not_ours, 3);
  counts.link = {52, 1, 2};
  CHECK(
      json(trace, info, MapNames{{"192.168.0.1", "wintermute"}}, counts) ==
      R"({"schema":1,)"
      R"("target":{"address":"66.135.192.41","name":"www.ebay.co.uk","port":80},)"
      R"("method":"raw","source":{"address":"192.168.0.2","port":40001,"interface":"eth0"},)"
      R"("started":"2026-11-22T09:00:00.123456789Z","elapsed_ms":181.2,"syns_sent":48,)"
      R"("hops":[{"ttl":1,"probes":[{"reply":"time-exceeded","from":"192.168.0.1",)"
      R"("name":"wintermute","rtt_ms":1.042,"icmp_type":11,"icmp_code":0,"reply_ttl":64,"return_hops":1,)"
      R"("sent_ms":0.0,"probe":0}],"rtt":{"min_ms":1.042,"median_ms":1.042,"max_ms":1.042,)"
      R"("jitter_ms":0.0,"loss":0.0}},)"
      R"({"ttl":2,"probes":[{"reply":"none","sent_ms":1.0,"probe":1}]},)"
      R"({"ttl":3,"probes":[{"reply":"syn-ack","from":"66.135.192.41","rtt_ms":170.3,)"
      R"("reply_ttl":64,"return_hops":1,"sent_ms":2.0,"probe":2}],)"
      R"("rtt":{"min_ms":170.3,"median_ms":170.3,"max_ms":170.3,"jitter_ms":0.0,"loss":0.0}}],)"
      R"("verdict":{"state":"open","ttl":3,"from":"66.135.192.41","rtt_ms":170.3,)"
      R"("text":"Port 80 is open on 66.135.192.41, 3 hops away, in 170 ms.",)"
      R"("answered_by":"unknown","confidence":"not sure","evidence":[]},"findings":[],)"
      R"("ignored":{"not-ours":3},)"
      R"("capture":{"captured":52,"kernel_dropped":1,"queue_dropped":2}})"
      "\n");
}

TEST_CASE("keys that say nothing are left out") {
  Trace trace = trace_to("10.77.10.2", 80);
  conclude(trace, State::silent);
  const auto object = read(trace);
  for (const char* key : {"notices", "unattributed", "interrupted", "failed"}) {
    CAPTURE(std::string(key));
    CHECK_FALSE(object.contains(key));
  }
  CHECK_FALSE(object["target"].contains("name"));
  CHECK_FALSE(object["source"].contains("interface"));
  CHECK(object["verdict"].dump() ==
        R"({"answered_by":"unknown","confidence":"not sure","evidence":[],)"
        R"("state":"silent","text":"Nothing answers."})");
  CHECK(object["hops"].dump() == "[]");
  CHECK(object["ignored"].dump() == "{}");
}

TEST_CASE("what is seldom there has its key") {
  Trace trace = trace_to("10.77.10.2", 139);
  Reply labelled = reply("10.77.1.2", 1ms);
  labelled.mpls = {{24001, 3, true, 1}};
  Reply too_big = reply("10.77.1.2", 1ms, ReplyKind::unreachable);
  too_big.icmp.code = 4;
  too_big.next_hop_mtu = 1400;
  add_hop(trace, 1, {labelled, too_big});
  Reply redirect = reply("10.77.3.2", 1ms, ReplyKind::notice);
  redirect.icmp.type = 5;
  redirect.icmp.code = 1;
  redirect.gateway = address("10.77.3.254");
  trace.notices.add(redirect);
  trace.notices.add(redirect);
  trace.unattributed = 2;
  trace.interrupted = true;
  trace.failed = true;
  conclude(trace, State::rejected, 2, "10.77.1.2", 1ms);
  trace.verdict.icmp = {tracetcp::Family::ipv4, 3, 13};
  const auto object = read(trace, {}, MapNames{{"10.77.10.2", "target.example"}});
  CHECK(object["target"]["name"] == "target.example");
  CHECK(object["hops"][0]["probes"][0]["mpls"].dump() ==
        R"([{"bottom":true,"label":24001,"tc":3,"ttl":1}])");
  CHECK(object["hops"][0]["probes"][1]["icmp_type"] == 3);
  CHECK(object["hops"][0]["probes"][1]["icmp_code"] == 4);
  CHECK(object["hops"][0]["probes"][1]["next_hop_mtu"] == 1400);
  CHECK(object["notices"].dump() ==
        R"([{"count":2,"from":"10.77.3.2","gateway":"10.77.3.254","icmp_code":1,"icmp_type":5,)"
        R"("text":"redirect for host"}])");
  CHECK(object["unattributed"] == 2);
  CHECK(object["interrupted"] == true);
  CHECK(object["failed"] == true);
  CHECK(object["verdict"].dump() ==
        R"({"answered_by":"unknown","confidence":"not sure","evidence":[],)"
        R"("from":"10.77.1.2","icmp_code":13,"icmp_type":3,"rtt_ms":1.0,"state":"rejected",)"
        R"("text":"10.77.1.2 at hop 1 rejects port 139: administratively prohibited.","ttl":1})");
}

TEST_CASE("voided probes, replies without a time, and one without a TTL") {
  Trace trace = trace_to("10.77.10.2", 80);
  Reply timeless = reply("10.77.1.2", 1ms, ReplyKind::rst);
  timeless.rtt = std::nullopt;
  Reply without_ttl = reply("10.77.1.2", 1ms, ReplyKind::rst);
  without_ttl.ttl = std::nullopt;
  add_hop(trace, 1, {reply("10.0.0.9", 5ms), timeless, without_ttl}).probes[0].voided = true;
  const auto probes = read(trace)["hops"][0]["probes"];
  CHECK(probes.dump() ==
        R"([{"from":"10.77.1.2","probe":1,"reply":"rst","reply_ttl":64,"return_hops":1,)"
        R"("sent_ms":1.0},)"
        R"({"from":"10.77.1.2","probe":2,"reply":"rst","rtt_ms":1.0,"sent_ms":2.0}])");
}

TEST_CASE("times are exact to the nanosecond") {
  struct Case {
    Duration rtt;
    std::string text;
  };
  for (const auto& example : {Case{1ns, "1e-06"}, Case{170'300'001ns, "170.300001"},
                              Case{99'999'999'999ns, "99999.999999"},
                              Case{123'456'789ns, "123.456789"}, Case{4s, "4000.0"}}) {
    Trace trace = trace_to("10.77.10.2", 80);
    conclude(trace, State::open, 1, "10.77.10.2", example.rtt);
    CHECK(read(trace)["verdict"]["rtt_ms"].dump() == example.text);
  }
}

TEST_CASE("a start before the epoch, and one on a leap day") {
  Trace trace = trace_to("10.77.10.2", 80);
  trace.started = TimePoint(Duration(-1));
  CHECK(read(trace)["started"] == "1969-12-31T23:59:59.999999999Z");
  trace.started = TimePoint(1709208000s);
  CHECK(read(trace)["started"] == "2024-02-29T12:00:00.000000000Z");
}

TEST_CASE("bytes that are no UTF-8 do not break the line") {
  RunInfo info;
  info.interface =
      "e\xff"
      "0";
  CHECK(read(trace_to("10.77.10.2", 80), info)["source"]["interface"] ==
        "e\xef\xbf\xbd"
        "0");
}
