#include "link/sim/tcp_stack.hpp"

namespace tracetcp::sim {

namespace {

using namespace std::chrono_literals;

// net.ipv4.tcp_invalid_ratelimit: SYNs beyond the first get no more answers than this.
constexpr Duration extra_answer_interval = 500ms;
constexpr int most_repeats = 5;  // net.ipv4.tcp_synack_retries

// The clock of the timestamps option (RFC 7323, section 5.4): milliseconds, as on Linux.
std::uint32_t tsval_at(TimePoint now) {
  return static_cast<std::uint32_t>(
      std::chrono::duration_cast<std::chrono::milliseconds>(now.time_since_epoch()).count());
}

}  // namespace

std::uint16_t TcpStack::ip_id(Random& random) const {
  return personality_.random_ip_id ? random.nonzero16() : std::uint16_t{0};
}

Packet TcpStack::syn_ack(const PacketReader& syn, const HalfOpen& connection, TimePoint now,
                         Random& random) const {
  TcpFields fields;
  fields.sequence = connection.server_isn;
  fields.acknowledgement = connection.client_isn + 1;
  fields.flags = PacketReader::syn | PacketReader::ack;
  fields.window = personality_.window;
  fields.ip_id = ip_id(random);
  fields.ttl = ttl_of(personality_, syn.family());
  fields.options = syn_ack_options(syn, personality_, tsval_at(now), connection.tsval.value_or(0));
  return make_tcp_answer(syn, fields);
}

// RFC 5961, section 4: a challenge ACK shows the peer which sequence number is expected of it.
Packet TcpStack::challenge(const PacketReader& packet, const HalfOpen& connection, TimePoint now,
                           Random& random) const {
  TcpFields fields;
  fields.sequence = connection.server_isn + 1;
  fields.acknowledgement = connection.client_isn + 1;
  fields.flags = PacketReader::ack;
  // Beyond SYNs windows are scaled (RFC 7323, section 2.3).
  const bool scaled = personality_.window_scale && connection.scales_windows;
  fields.window =
      static_cast<std::uint16_t>(personality_.window >> (scaled ? *personality_.window_scale : 0));
  fields.ip_id = ip_id(random);
  fields.ttl = ttl_of(personality_, packet.family());
  if (personality_.timestamps && connection.tsval) {
    fields.options = timestamps_option(tsval_at(now), *connection.tsval);
  }
  return make_tcp_answer(packet, fields);
}

std::optional<TcpStack::Reply> TcpStack::receive(const PacketReader& packet, TimePoint now,
                                                 Random& random) {
  const FlowKey key{packet.flow(), 0};
  HalfOpen* known = half_open_.find(key);
  if (packet.is_reset()) {
    if (known == nullptr) return std::nullopt;
    return receive_reset(packet, *known, now, random);
  }
  if (!packet.is_syn()) return std::nullopt;
  if (known != nullptr) return receive_again(packet, *known, now, random);

  HalfOpen& connection = half_open_.get(key);
  connection.client_isn = packet.sequence();
  connection.server_isn = random.word();
  connection.tsval = tsval_of(packet);
  connection.scales_windows = packet.option(TcpOption::window_scale).has_value();
  return Reply{syn_ack(packet, connection, now, random), true};
}

// RFC 5961, section 3.2: only the very next sequence number resets.
std::optional<TcpStack::Reply> TcpStack::receive_reset(const PacketReader& reset,
                                                       HalfOpen& connection, TimePoint now,
                                                       Random& random) {
  const std::uint32_t ahead = reset.sequence() - (connection.client_isn + 1);
  if (ahead == 0) half_open_.erase({reset.flow(), 0});
  if (ahead == 0 || ahead >= personality_.window) return std::nullopt;
  if (!may_answer_again(connection, now)) return std::nullopt;
  return Reply{challenge(reset, connection, now, random), false};
}

bool TcpStack::may_answer_again(HalfOpen& connection, TimePoint now) {
  if (connection.last_extra && now - *connection.last_extra < extra_answer_interval) return false;
  connection.last_extra = now;
  return true;
}

std::optional<TcpStack::Reply> TcpStack::receive_again(const PacketReader& syn,
                                                       HalfOpen& connection, TimePoint now,
                                                       Random& random) {
  const std::uint32_t ahead = syn.sequence() - connection.client_isn;
  const auto tsval = tsval_of(syn);
  // PAWS (RFC 7323, section 5): a SYN with an older TSval is taken for a stray one.
  const bool older = personality_.timestamps && tsval && connection.tsval &&
                     static_cast<std::int32_t>(*connection.tsval - *tsval) > 0;
  if (!older && ahead > 0 && ahead <= personality_.window) {
    // Within the window: an error, the connection is gone (RFC 793, page 71).
    half_open_.erase({syn.flow(), 0});
    return Reply{make_reset(syn, ttl_of(personality_, syn.family()), ip_id(random)), false};
  }
  if (!may_answer_again(connection, now)) return std::nullopt;
  const bool same = !older && ahead == 0;
  return Reply{
      same ? syn_ack(syn, connection, now, random) : challenge(syn, connection, now, random),
      false};
}

std::optional<Packet> TcpStack::repeat(const PacketReader& syn, std::uint32_t server_isn,
                                       TimePoint now, Random& random) {
  HalfOpen* connection = half_open_.find({syn.flow(), 0});
  if (connection == nullptr || connection->server_isn != server_isn) return std::nullopt;
  if (++connection->repeats > most_repeats) {
    half_open_.erase({syn.flow(), 0});
    return std::nullopt;
  }
  return syn_ack(syn, *connection, now, random);
}

}  // namespace tracetcp::sim
