// What routers and targets say to SYNs that are on their way: decoded, then matched to them. An
// input is a series of messages, each of a byte that tells its kind, a byte of milliseconds that
// pass before it, and
//   0 to 4  an ICMP error of the types below: code, 4 bytes, 2 bytes of length, the quote
//   5       a packet from its IP header on: 2 bytes of length, its bytes
//   6, 7    the end of a trace, which is remembered or not: its number

#include "correlate/correlator.hpp"
#include "fuzz.hpp"

#include <tracetcp/decode.hpp>

#include <array>
#include <set>
#include <vector>

using namespace tracetcp;

namespace {

constexpr std::array<std::uint8_t, 5> icmp_types = {11, 3, 4, 5, 12};

struct Sent {
  ProbeId id;
  Syn syn;
};

constexpr Syn syn(Endpoint from, Endpoint to, std::uint8_t ttl, Tag tag, FlowLabel label = {}) {
  return {{from, to}, {ttl}, tag, label};
}

/// Those of the hexadecimal packets in test/unit, and of captures of other traceroutes.
std::vector<Sent> all_sent() {
  const Endpoint us{Address(0xc000020a), {40000}};
  const Address them(0xc6336450);
  const Address laptop(0x0a4d0101);
  const Endpoint web{Address(0x0a4d0a02), {80}};
  const Endpoint us6{*Address::parse("2001:db8::10"), {40000}};
  const Endpoint them6{*Address::parse("2001:db8:64::80"), {443}};
  const Endpoint laptop6{*Address::parse("2001:db8:77:1::1"), {33076}};
  const Endpoint web6{*Address::parse("2001:db8:77:10::2"), {81}};
  return {
      // 0: several SYNs of one ISN
      {{0, 0}, syn(us, {them, {443}}, 1, {{0xcafe1234}, {0x1234}, {0x01020304}})},
      {{0, 1}, syn(us, {them, {443}}, 2, {{0xcafe1234}, {0x1235}, {0x01020305}})},
      {{0, 2}, syn(us, {them, {443}}, 3, {{0xcafe1234}, {0x1236}, {0x01020306}})},
      // 1: the same ISN, alone on its flow
      {{1, 0}, syn(us, {them, {80}}, 1, {{0xcafe1234}, {0x1234}, {0x01020304}})},
      // 2: ISNs next to each other, so that one answer may look like that to the other
      {{2, 0}, syn(us, {them, {25}}, 1, {{0xffffffff}, {0x2001}, {0x02000001}})},
      {{2, 1}, syn(us, {them, {25}}, 2, {{0x00000000}, {0x2002}, {0x02000002}})},
      {{2, 2}, syn(us, {them, {25}}, 3, {{0x00000001}, {0x2003}, {0x02000003}})},
      // 3: traceroute -T, a flow for each probe
      {{3, 0}, syn({laptop, {48421}}, web, 1, {{2129981912}, {21098}, {3443216643}})},
      {{3, 1}, syn({laptop, {58739}}, web, 2, {{1368432106}, {21099}, {3443216643}})},
      {{3, 2}, syn({laptop, {33171}}, web, 3, {{813396336}, {21100}, {3443216643}})},
      // 4: scamper, ids counted from 1 and no timestamps
      {{4, 0}, syn({laptop, {48343}}, web, 1, {{0}, {1}, {0}})},
      {{4, 1}, syn({laptop, {48343}}, web, 2, {{0}, {2}, {0}})},
      {{4, 2}, syn({laptop, {48343}}, web, 3, {{0}, {3}, {0}})},
      // 5: tcptraceroute, ids at random and no timestamps
      {{5, 0}, syn({laptop, {45455}}, web, 1, {{2127680691}, {2981}, {0}})},
      {{5, 1}, syn({laptop, {45455}}, web, 2, {{2127680691}, {43033}, {0}})},
      {{5, 2}, syn({laptop, {45455}}, web, 3, {{2127680691}, {63890}, {0}})},
      // 6: over IPv6
      {{6, 0}, syn(us6, them6, 1, {{0xcafe1234}, {}, {0x01020304}}, {0xabcde})},
      {{6, 1}, syn(us6, them6, 2, {{0xcafe1234}, {}, {0x01020305}}, {0xabcde})},
      {{6, 2}, syn(us6, them6, 3, {{0xcafe1234}, {}, {0x01020306}}, {0xabcde})},
      // 7: scamper, a flow label for each probe and no timestamps
      {{7, 0}, syn(laptop6, web6, 1, {}, {1})},
      {{7, 1}, syn(laptop6, web6, 2, {}, {2})},
      {{7, 2}, syn(laptop6, web6, 3, {}, {3})},
  };
}

/// From the router 203.0.113.7 to 192.0.2.10; checksums are not looked at.
std::vector<std::uint8_t> icmp_packet(std::uint8_t type, std::uint8_t code, Bytes rest,
                                      Bytes quote) {
  const std::size_t size = 28 + quote.size();
  std::vector<std::uint8_t> packet{0x45,
                                   0xc0,
                                   static_cast<std::uint8_t>(size >> 8),
                                   static_cast<std::uint8_t>(size),
                                   0xbe,
                                   0xef,
                                   0,
                                   0,
                                   60,
                                   1,
                                   0,
                                   0,
                                   203,
                                   0,
                                   113,
                                   7,
                                   192,
                                   0,
                                   2,
                                   10,
                                   type,
                                   code,
                                   0,
                                   0};
  packet.reserve(size);
  packet.insert(packet.end(), rest.begin(), rest.end());
  packet.resize(28);
  packet.insert(packet.end(), quote.begin(), quote.end());
  return packet;
}

std::uint64_t total(const Tally& tally) {
  std::uint64_t sum = 0;
  tally.each([&sum](Reason, std::uint64_t count) { sum += count; });
  return sum;
}

/// A correlator with SYNs that wait for answers, and what must hold of all that it says.
class Listener {
 public:
  Listener() {
    for (const Sent& one : sent_) {
      correlator_.add(one.id, one.syn, now_);
      now_ += std::chrono::milliseconds(1);
    }
  }

  void pass(std::uint8_t milliseconds) { now_ += std::chrono::milliseconds(milliseconds); }

  void conclude(std::uint32_t trace) {
    correlator_.conclude(trace);
    concluded_.insert(trace);
  }

  void forget(std::uint32_t trace) {
    correlator_.forget(trace);
    concluded_.insert(trace);
  }

  void hear(Bytes packet) {
    Frame frame;
    frame.link_type = LinkType::raw;
    frame.bytes = packet;
    const Decoded decoded = decode(frame);
    const std::uint64_t before = total(correlator_.ignored());
    const auto reply = correlator_.match(decoded, now_);
    const std::uint64_t counted = total(correlator_.ignored()) - before;
    if (reply) {
      const bool answers = reply->probe && reply->kind != ReplyKind::stray;
      HOLDS(counted == (answers ? 0 : 1));
      check(*reply);
    } else {
      HOLDS(counted <= 1);
      if (counted == 0) HOLDS(is_syn(decoded));  // one of our own
    }
  }

 private:
  static bool is_syn(const Decoded& decoded) {
    const auto* segment = std::get_if<TcpSegment>(&decoded);
    return segment != nullptr && segment->has(TcpRest::syn) && !segment->has(TcpRest::ack);
  }

  void check(const Reply& reply) {
    HOLDS(concluded_.count(reply.trace) == 0);
    if (reply.kind == ReplyKind::stray) {  // evidence that answers nothing
      HOLDS(reply.stray.has_value());
      HOLDS(reply.candidates.empty());
      return;
    }
    HOLDS(reply.time == now_);
    const bool from_router = reply.kind != ReplyKind::syn_ack && reply.kind != ReplyKind::rst;
    HOLDS(reply.quote.has_value() == from_router);
    HOLDS(reply.tcp.has_value() == !from_router);
    if (!reply.probe) {
      HOLDS(!reply.rtt);
      std::set<std::uint32_t> told;
      for (const std::uint32_t index : reply.candidates) {
        HOLDS(told.insert(index).second);
        check_tags(reply, find({reply.trace, index}));
      }
      return;
    }
    HOLDS(reply.candidates.empty());
    if (reply.rtt) HOLDS(*reply.rtt >= Duration::zero());
    const bool is_first = answered_.insert({*reply.probe, reply.trace, reply.kind}).second;
    HOLDS((is_first || reply.kind == ReplyKind::notice));  // notices answer nothing
    check_tags(reply, find({reply.trace, *reply.probe}));
  }

  const Sent& find(ProbeId id) const {
    const auto one = std::find_if(sent_.begin(), sent_.end(),
                                  [&](const Sent& candidate) { return candidate.id == id; });
    HOLDS(one != sent_.end());
    return *one;
  }

  /// Whether it has the number of one of the flow's SYNs: the IP id, over IPv6 the timestamp.
  bool has_number_of(const Flow& flow, const IcmpError::Quote& quote) const {
    return std::any_of(sent_.begin(), sent_.end(), [&](const Sent& candidate) {
      const Tag& tag = candidate.syn.tag;
      if (candidate.syn.flow != flow) return false;
      if (quote.ip.family() == Family::ipv4) return tag.ip_id == quote.ip.id;
      const auto& rest = quote.tcp.rest;
      return rest && rest->options.timestamps && rest->options.timestamps->value == tag.tsval;
    });
  }

  /// That a reply carries what nobody can guess of the SYN that it is said to answer.
  void check_tags(const Reply& reply, const Sent& sent) const {
    const Flow& flow = sent.syn.flow;
    const SeqNumber isn = sent.syn.tag.isn;
    if (reply.quote) {
      const Endpoint target{reply.quote->ip.destination, reply.quote->tcp.destination};
      const Endpoint source{reply.quote->ip.source, reply.quote->tcp.source};
      const bool has_flow_and_number =
          Flow{source, target} == flow && has_number_of(flow, *reply.quote);
      HOLDS(reply.quote->tcp.sequence == isn || has_flow_and_number);
      HOLDS(target == flow.target || reply.quote->tcp.source == flow.source.port);
      return;
    }
    HOLDS(reply.from == flow.target.address);
    const SeqNumber acknowledged = reply.tcp->acknowledgement;
    HOLDS(acknowledged == isn + 1 || (reply.kind == ReplyKind::rst && acknowledged == isn));
  }

  const std::vector<Sent> sent_ = all_sent();
  Correlator correlator_;
  TimePoint now_{};
  std::set<std::uint32_t> concluded_;
  std::set<std::tuple<std::uint32_t, std::uint32_t, ReplyKind>> answered_;
};

}  // namespace

FUZZ_TARGET(icmp) {
  Listener listener;
  fuzz::Reader reader(input);
  constexpr int most_messages = 20;  // more would only take more time
  for (int i = 0; i < most_messages && !reader.empty(); ++i) {
    const std::size_t kind = reader.u8() % (icmp_types.size() + 3);
    listener.pass(reader.u8());
    if (kind < icmp_types.size()) {
      const std::uint8_t code = reader.u8();
      const Bytes rest = reader.take(4);
      const Bytes quote = reader.take(reader.u16());
      listener.hear(icmp_packet(icmp_types[kind], code, rest, quote));
    } else if (kind == icmp_types.size()) {
      const Bytes packet = reader.take(reader.u16());
      listener.hear(std::vector<std::uint8_t>(packet.begin(), packet.end()));
    } else if (kind == icmp_types.size() + 1) {
      listener.conclude(reader.u8());
    } else {
      listener.forget(reader.u8());
    }
  }
}
