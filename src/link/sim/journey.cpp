#include "link/sim/journey.hpp"

namespace tracetcp::sim {

namespace {

// Only what is as the rewriting left it is changed back: further translations in the quote that
// were not restored are not this router's.
void undo_quote(PacketEditor quote, const Rewriting::Identity& before,
                const Rewriting::Identity& after) {
  if (quote.source() == after.flow.source.address) quote.set_source(before.flow.source.address);
  if (quote.target() == after.flow.target.address) quote.set_target(before.flow.target.address);
  if (quote.source_port() == after.flow.source.port.value) {
    quote.set_source_port(before.flow.source.port.value);
  }
  if (quote.target_port() == after.flow.target.port.value) {
    quote.set_target_port(before.flow.target.port.value);
  }
  if (quote.sequence() == after.sequence) quote.set_sequence(before.sequence);
}

bool back_through(RouterAtWork& router, Inbound& in) {
  for (auto it = router.behaviours.rbegin(); it != router.behaviours.rend(); ++it) {
    if ((*it)->back(in) == Fate::ends) return false;
  }
  return true;
}

void undo_at(std::size_t hop, Packet& reply, const Journey& journey) {
  const auto& all = journey.rewritings;
  for (auto it = all.rbegin(); it != all.rend(); ++it) {
    if (it->hop == hop) it->undo(reply);
  }
}

}  // namespace

void Rewriting::undo(Packet& reply) const {
  PacketEditor packet = reply.edit();
  // An error from a router beyond comes from an address that is no part of the translation.
  if (packet.source() == after.flow.target.address) packet.set_source(before.flow.target.address);
  if (packet.target() == after.flow.source.address) packet.set_target(before.flow.source.address);
  if (auto quote = reply.edit_quote()) {
    if (!restores_quotes) return;
    undo_quote(*quote, before, after);
    reply.fix_icmp_checksum();
    return;
  }
  packet.set_source_port(before.flow.target.port.value);
  packet.set_target_port(before.flow.source.port.value);
  if ((packet.flags() & PacketReader::ack) != 0) {
    packet.set_acknowledgement(packet.acknowledgement() - after.sequence + before.sequence);
  }
}

Return travel_back(Packet& reply, const Journey& journey, RouterAtWork* from, Random& random) {
  Inbound in{reply.edit(), true, random};
  std::size_t hop = journey.passed.size();
  undo_at(hop, reply, journey);
  if (from != nullptr && !back_through(*from, in)) return {};
  in.own = false;
  while (hop-- > 0) {
    if (in.packet.ttl() <= 1) return {};
    in.packet.set_ttl(static_cast<std::uint8_t>(in.packet.ttl() - 1));
    undo_at(hop, reply, journey);
    if (!back_through(*journey.passed[hop], in)) return {};
  }
  return {true, in.delay, in.more};
}

}  // namespace tracetcp::sim
