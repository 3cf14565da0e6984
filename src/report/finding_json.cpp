#include "report/finding_json.hpp"

#include "core/milliseconds.hpp"

#include <tracetcp/sentences.hpp>

#include <initializer_list>

namespace tracetcp {
namespace {

void add_icmp(JsonWriter& json, IcmpNumbers icmp) {
  json.add("icmp_type", icmp.type);
  json.add("icmp_code", icmp.code);
}

void add_reply_ttl(JsonWriter& json, const std::optional<Ttl>& ttl) {
  if (!ttl) return;
  json.add("reply_ttl", ttl->value);
  json.add("return_hops", return_hops(*ttl));
}

void add_reply(JsonWriter& json, std::string_view key, const std::optional<ReplyKind>& reply) {
  json.add(key, reply ? name(*reply) : "none");
}

void add_routers(JsonWriter& json, std::initializer_list<Address> routers) {
  json.key("routers");
  json.begin_array();
  for (const Address& router : routers) json.add(router);
  json.end_array();
}

/// Adds the data of what was seen.
class Seen {
 public:
  explicit Seen(JsonWriter& json) : json_(json) {}

  void operator()(const evidence::TimeExceeded& seen) const {
    json_.add("from", seen.from);
    add_reply_ttl(json_, seen.reply_ttl);
  }
  void operator()(const evidence::LastAnswer& seen) const { json_.add("from", seen.from); }
  void operator()(const evidence::TcpAnswer& seen) const {
    json_.add("reply", name(seen.kind));
    add_reply_ttl(json_, seen.reply_ttl);
  }
  void operator()(const evidence::Rejection& seen) const {
    json_.add("from", seen.from);
    add_icmp(json_, seen.icmp);
  }
  void operator()(const evidence::IcmpAnswer& seen) const { add_icmp(json_, seen.icmp); }
  void operator()(const evidence::OtherQuotes& seen) const {
    json_.add("from", seen.from);
    json_.add("count", seen.count);
  }
  void operator()(const evidence::Answered& seen) const { json_.add("from", seen.from); }
  void operator()(const evidence::Quoted& seen) const {
    json_.add("from", seen.from);
    json_.add("field", std::string_view(seen.field));
    json_.add("value", std::string_view(seen.value));
  }
  void operator()(const evidence::AnswerCount& seen) const {
    json_.add("answered", seen.answered);
    json_.add("asked", seen.asked);
  }
  void operator()(const evidence::TwoRouters& seen) const {
    add_routers(json_, {seen.first, seen.second});
  }
  void operator()(const evidence::ReplyTtl& seen) const { add_reply_ttl(json_, seen.reply_ttl); }
  void operator()(const evidence::EndTtl& seen) const { add_reply_ttl(json_, seen.reply_ttl); }
  void operator()(const evidence::SameRouter& seen) const { json_.add("from", seen.from); }
  void operator()(const evidence::PublicAddress& seen) const { json_.add("from", seen.from); }
  void operator()(const evidence::ResetBeside& seen) const {
    json_.add("from", seen.from);
    if (seen.reset_ttl) json_.add("reset_ttl", seen.reset_ttl->value);
  }
  void operator()(const evidence::ComesAgain& seen) const {
    if (seen.from) json_.add("from", *seen.from);
    json_.add("hops", seen.hops);
  }
  void operator()(const evidence::Flows& seen) const {
    json_.add("flows", seen.flows);
    json_.add("source_port", seen.source_port.value);
  }
  void operator()(const evidence::StrayCount& seen) const {
    json_.add("count", seen.count);
    add_reply_ttl(json_, seen.reply_ttl);
  }

 private:
  JsonWriter& json_;
};

template <class Variant>
std::string_view name_of(const Variant& variant) {
  return std::visit([](const auto& one) { return one.name; }, variant);
}

/// Adds the data of a finding.
class Found {
 public:
  Found(JsonWriter& json, const Finding& finding) : json_(json), finding_(finding) {}

  void operator()(const finding::Proxy& proxy) const {
    json_.add("may_be_here", proxy.may_be_here);
    add_other(proxy.other);
  }
  void operator()(const finding::AcceptedByHop&) const {}
  void operator()(const finding::ForgedReset& reset) const {
    json_.add("may_be_here", reset.may_be_here);
    add_other(reset.other);
  }
  void operator()(const finding::ResetFromHop&) const {}
  void operator()(const finding::ResetBeside& reset) const {
    json_.add("accepted", reset.is_accepted);
  }
  void operator()(const finding::AnswersAsTarget& nat) const {
    json_.add("may_be_here", nat.may_be_here);
  }
  void operator()(const finding::OtherMachine& nat) const {
    json_.add("other_port", nat.other_port.value);
  }
  void operator()(const finding::FieldChange& change) const {
    add_place(json_, "before", change.before);
    json_.add("field", std::string_view(change.field));
    json_.add("sent", std::string_view(change.sent));
    json_.add("quoted", std::string_view(change.quoted));
  }
  void operator()(const finding::QuotedTtl& quote) const {
    add_place(json_, "before", finding_.at);
    json_.add("field", "TTL");
    json_.add("sent", "1");
    json_.add("quoted", std::string_view(std::to_string(quote.quoted.value)));
    json_.add("quoted_ttl", quote.quoted.value);
  }
  void operator()(const finding::RaisedTtl& raised) const {
    json_.add("syn_ttl", raised.ttl.value);
    add_reply_ttl(json_, raised.reply_ttl);
  }
  void operator()(const finding::LoweredTtl& lowered) const {
    json_.add("first_ttl", lowered.first.value);
    json_.add("router", lowered.router);
  }
  void operator()(const finding::Loop& loop) const {
    json_.add("first_ttl", loop.first.value);
    json_.key("routers");
    json_.begin_array();
    for (const auto& router : loop.routers) {
      if (router) {
        json_.add(*router);
      } else {
        json_.add_null();
      }
    }
    json_.end_array();
  }
  void operator()(const finding::Blocked& blocked) const {
    add_place(json_, "before", blocked.before);
    json_.add("from_start", blocked.from_start);
    add_other(blocked.other);
  }
  void operator()(const finding::Rejected& rejected) const { add_icmp(json_, rejected.icmp); }
  void operator()(const finding::NoHost& host) const {
    json_.add("other_port", host.other_port.value);
    add_icmp(json_, host.icmp);
  }
  void operator()(const finding::PrivateSource& nat) const {
    add_place(json_, "before", nat.before);
    json_.add("source", nat.source);
  }
  void operator()(const finding::RateLimit& limit) const {
    json_.add("answered", limit.answered);
    json_.add("asked", limit.asked);
  }
  void operator()(const finding::Loss& loss) const {
    add_place(json_, "before", loss.before);
    json_.add("exact", loss.is_exact);
    json_.add("may_be_limit", loss.may_be_limit);
    json_.add("first_ttl", loss.first.value);
    json_.add("answered", loss.answered);
    json_.add("asked", loss.asked);
    json_.add("answered_before", loss.answered_before);
    json_.add("asked_before", loss.asked_before);
  }
  void operator()(const finding::PathChange& change) const {
    add_routers(json_, {change.first, change.second});
  }
  void operator()(const finding::SomePaths& some) const {
    add_reply(json_, "reply", some.reply);
    json_.add("paths", some.paths);
    json_.add("of_paths", some.of_paths);
    add_reply(json_, "other_reply", some.other_reply);
  }
  void operator()(const finding::ReturnPath& back) const {
    add_place(json_, "before", back.before);
    json_.add("longer_hops", back.longer_hops);
  }
  void operator()(const finding::TwoAnswers& two) const {
    json_.add("syn_ttl", two.ttl.value);
    json_.add("apart_ms", in_milliseconds(two.apart));
    json_.key("answers");
    json_.begin_array();
    for (const finding::Answer* answer : {&two.first, &two.second}) {
      json_.begin_object();
      json_.add("seen", name_of(*answer));
      std::visit(Seen(json_), *answer);
      json_.end_object();
    }
    json_.end_array();
  }
  void operator()(const finding::AcceptedAndRefused& two) const {
    json_.add("accepted_ttl", two.accepted.value);
    json_.add("refused_ttl", two.refused.value);
  }
  void operator()(const finding::StrayAnswer& answer) const {
    json_.key("stray");
    json_.begin_object();
    add_stray_members(json_, answer.stray);
    json_.end_object();
  }

 private:
  void add_other(const finding::OtherPort& other) const {
    json_.add("other_port", other.port.value);
    add_reply(json_, "other_reply", other.reply);
    json_.add("other_ttl", other.ttl.value);
  }

  JsonWriter& json_;
  const Finding& finding_;
};

void add_finding(JsonWriter& json, const Finding& finding) {
  json.begin_object();
  json.add("kind", name(finding.kind()));
  json.add("form", name_of(finding.data));
  json.add("confidence", name(finding.confidence));
  add_place(json, "at", finding.at);
  std::visit(Found(json, finding), finding.data);
  json.add("text", std::string_view(text(finding)));
  add_evidence(json, finding.evidence);
  json.end_object();
}

}  // namespace

void add_place(JsonWriter& json, std::string_view key, const Place& place) {
  json.key(key);
  json.begin_object();
  if (place.ttl) json.add("ttl", place.ttl->value);
  if (place.address) json.add("address", *place.address);
  json.end_object();
}

void add_stray_members(JsonWriter& json, const Stray& stray) {
  json.add("kind", name(stray.kind));
  json.add("from", stray.from.address);
  if (stray.from.port.value != 0) json.add("port", stray.from.port.value);
  json.add("count", stray.count);
  if (stray.ttl) json.add("ttl", stray.ttl->value);
  add_reply_ttl(json, stray.reply_ttl);
}

void add_evidence(JsonWriter& json, const std::vector<Observation>& evidence) {
  json.key("evidence");
  json.begin_array();
  for (const auto& one : evidence) {
    json.begin_object();
    json.add("port", one.port.value);
    json.add("ttl", one.ttl.value);
    json.add("probe", one.probe);
    json.add("seen", name_of(one.seen));
    std::visit(Seen(json), one.seen);
    json.add("text", std::string_view(text(one)));
    json.end_object();
  }
  json.end_array();
}

void add_findings(JsonWriter& json, const std::vector<Finding>& findings) {
  json.key("findings");
  json.begin_array();
  for (const Finding& finding : findings) add_finding(json, finding);
  json.end_array();
}

}  // namespace tracetcp
