#include "read/kept_replies.hpp"

#include <doctest/doctest.h>

using namespace std::chrono_literals;
using namespace tracetcp;

namespace {

Reply time_exceeded(std::uint32_t from) {
  Reply reply;
  reply.probe = 7;
  reply.from = Address(from);
  reply.time = TimePoint(3s);
  reply.rtt = 12ms;
  reply.ttl = Ttl{61};
  reply.ip_id = IpId{4711};
  reply.icmp.type = 11;
  reply.icmp.code = 1;
  return reply;
}

}  // namespace

TEST_CASE("replies come back as they were, those of each probe in order") {
  KeptReplies kept;
  KeptReplies::Chain one;
  KeptReplies::Chain other;
  KeptReplies::Chain nothing;
  kept.add(one, time_exceeded(1));
  kept.add(other, time_exceeded(2));
  Reply syn_ack = time_exceeded(3);
  syn_ack.kind = ReplyKind::syn_ack;
  syn_ack.rtt.reset();
  syn_ack.ttl.reset();
  syn_ack.tcp = TcpRest{.window = 65160};
  syn_ack.mpls = {{.label = 42}};
  syn_ack.next_hop_mtu = 1400;
  kept.add(one, std::move(syn_ack));
  CHECK_FALSE(one.empty());
  CHECK(nothing.empty());

  std::vector<Reply> replies;
  kept.move_to(replies, one, 5, 7);
  REQUIRE(replies.size() == 2);
  CHECK(replies[0].trace == 5);
  CHECK(replies[0].probe == 7U);
  CHECK(replies[0].kind == ReplyKind::time_exceeded);
  CHECK(replies[0].from == Address(1));
  CHECK(replies[0].time == TimePoint(3s));
  CHECK(replies[0].rtt == Duration(12ms));
  CHECK(replies[0].ttl == Ttl{61});
  CHECK(replies[0].ip_id == IpId{4711});
  CHECK(replies[0].icmp.type == 11);
  CHECK(replies[0].icmp.code == 1);
  CHECK_FALSE(replies[0].tcp);
  CHECK(replies[1].kind == ReplyKind::syn_ack);
  CHECK_FALSE(replies[1].rtt);
  CHECK_FALSE(replies[1].ttl);
  CHECK(replies[1].tcp->window == 65160);
  CHECK(replies[1].mpls == std::vector<MplsLabel>{{.label = 42}});
  CHECK(replies[1].next_hop_mtu == 1400);

  replies.clear();
  kept.move_to(replies, other, 5, 8);
  REQUIRE(replies.size() == 1);
  CHECK(replies[0].from == Address(2));
  kept.move_to(replies, nothing, 5, 9);
  CHECK(replies.size() == 1);
}

TEST_CASE("what a SYN-ACK said comes back with it, be there more to it or not") {
  KeptReplies kept;
  KeptReplies::Chain chain;
  for (const bool has_labels : {false, true}) {
    Reply reply = time_exceeded(1);
    reply.kind = ReplyKind::syn_ack;
    if (has_labels) reply.mpls = {{.label = 42}};
    const TcpRest tcp{.window = has_labels ? std::uint16_t{2} : std::uint16_t{1}};
    kept.add(chain, std::move(reply), tcp);
  }
  kept.add(chain, time_exceeded(2));
  std::vector<Reply> replies;
  kept.move_to(replies, chain, 5, 7);
  REQUIRE(replies.size() == 3);
  CHECK(replies[0].tcp->window == 1);
  CHECK(replies[0].mpls.empty());
  CHECK(replies[0].probe == 7U);
  CHECK(replies[1].tcp->window == 2);
  CHECK(replies[1].mpls.size() == 1);
  CHECK_FALSE(replies[2].tcp);
}
