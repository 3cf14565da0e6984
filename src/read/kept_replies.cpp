#include "read/kept_replies.hpp"

#include "core/make_room.hpp"

#include <utility>

namespace tracetcp {
namespace {

bool has_more(const Reply& reply) {
  return !reply.mpls.empty() || reply.tcp || reply.next_hop_mtu || reply.quote ||
         reply.quoted_tcp || reply.sent || !reply.candidates.empty() || reply.isn_rewritten;
}

}  // namespace

[[gnu::flatten]] void KeptReplies::add(Chain& chain, Reply&& reply, const IcmpError::Quote& quote) {
  Kept& kept = append(chain, std::move(reply));
  kept.quoted = quote.tcp.rest ? Quoted::in_full : Quoted::in_part;
  kept.quoted_ttl = quote.ip.ttl;
  kept.quoted_length = quote.ip.total_length;
}

void KeptReplies::add(Chain& chain, Reply&& reply, const TcpRest& tcp) {
  Kept& kept = append(chain, std::move(reply));
  if (kept.more != none) {
    whole_[kept.more].tcp = tcp;
    return;
  }
  kept.has_tcp = true;
  kept.more = static_cast<std::uint32_t>(tcp_.size());
  make_room(tcp_);
  tcp_.push_back(tcp);
}

KeptReplies::Kept& KeptReplies::append(Chain& chain, Reply&& reply) {
  std::uint32_t* end = &chain.first;
  while (*end != none) end = &kept_[*end].next;
  *end = static_cast<std::uint32_t>(kept_.size());
  // Built where it stays: one built elsewhere byte by byte is read back for copying before its
  // bytes are written, for which the processor waits.
  make_room(kept_);
  Kept& kept = kept_.emplace_back();
  kept.time = reply.time;
  kept.rtt = reply.rtt.value_or(Duration{});
  kept.from = reply.from;
  kept.ip_id = reply.ip_id;
  kept.ttl = reply.ttl.value_or(Ttl{});
  kept.kind = reply.kind;
  kept.icmp = reply.icmp;
  kept.has_ttl = reply.ttl.has_value();
  kept.has_rtt = reply.rtt.has_value();
  if (!has_more(reply)) return kept;
  kept.more = static_cast<std::uint32_t>(whole_.size());
  whole_.push_back(std::move(reply));
  return kept;
}

void KeptReplies::move_to(std::vector<Reply>& out, Chain chain, std::uint32_t trace,
                          std::uint32_t probe) {
  for (std::uint32_t at = chain.first; at != none; at = kept_[at].next) {
    const Kept& kept = kept_[at];
    Reply& reply = out.emplace_back();
    const bool is_whole = kept.more != none && !kept.has_tcp;
    if (is_whole) reply = std::move(whole_[kept.more]);
    reply.trace = trace;
    reply.probe = probe;
    if (is_whole) continue;
    if (kept.has_tcp) reply.tcp = tcp_[kept.more];
    reply.kind = kept.kind;
    if (kept.has_ttl) reply.ttl = kept.ttl;
    reply.icmp = kept.icmp;
    reply.from = kept.from;
    reply.time = kept.time;
    if (kept.has_rtt) reply.rtt = kept.rtt;
    reply.ip_id = kept.ip_id;
  }
}

void KeptReplies::add_quotes(std::vector<Reply>& replies, Chain chain,
                             const IcmpError::Quote& sent) const {
  auto reply = replies.begin();
  for (std::uint32_t at = chain.first; at != none; at = kept_[at].next, ++reply) {
    const Kept& kept = kept_[at];
    reply->sent = sent;
    if (kept.quoted == Quoted::otherwise) continue;
    IcmpError::Quote quote = sent;
    quote.ip.ttl = kept.quoted_ttl;
    quote.ip.total_length = kept.quoted_length;
    if (kept.quoted == Quoted::in_part) quote.tcp.rest.reset();
    reply->quote = quote;
  }
}

void KeptReplies::clear() {
  kept_.clear();
  whole_.clear();
  tcp_.clear();
}

}  // namespace tracetcp
