#pragma once

#include "platform/real_time.hpp"

#include <tracetcp/departure.hpp>
#include <tracetcp/probe.hpp>
#include <tracetcp/reply.hpp>
#include <tracetcp/time.hpp>

#include <optional>
#include <string>

namespace tracetcp {

/// Where sockets send from.
struct SocketWay {
  Address source;
  unsigned zone = 0;        ///< of link-local addresses, see SocketName
  std::string interface;    ///< bind to it; empty: the route's
  bool by_gateway = false;  ///< the targets are behind a gateway, not on a link of this machine
};

/// One SYN by an ordinary TCP socket, which needs no privileges: connect(2) with the probe's TTL,
/// and the error queue of ip(7) for what routers say of it. The kernel would repeat a SYN that is
/// not answered after a second: it is kept from that by SO_DONTROUTE, under which it finds no way
/// to a target behind a gateway, or the socket has to be closed before, see lifetime(). The same
/// keeps it from completing the handshake once the target answers. For IPv6 Linux does not look at
/// SO_DONTROUTE, so there the socket is always closed before, and the handshake is completed.
class ProbeSocket {
 public:
  /// Sends the SYN. `port` 0: from a port that the kernel chooses. `clock`: of all times here.
  /// Throws Error.
  ProbeSocket(const SocketWay& way, const Probe& probe, Port port, const SteadyRealTime& clock);
  ~ProbeSocket();
  ProbeSocket(const ProbeSocket&) = delete;
  ProbeSocket& operator=(const ProbeSocket&) = delete;

  [[nodiscard]] int fd() const { return fd_; }
  [[nodiscard]] const Probe& probe() const { return probe_; }
  [[nodiscard]] TimePoint sent() const { return sent_; }

  /// Where targets are on a link of this machine, and for IPv6: the first SYN is repeated after a
  /// second (RFC 6298, section 2).
  static constexpr Duration longest_life = std::chrono::milliseconds(900);

  /// How long it may stay open without sending a second SYN.
  [[nodiscard]] static Duration lifetime(const SocketWay& way);

  /// What ended the attempt, once the socket is ready. Empty: nothing that came from outside, see
  /// refusal().
  /// `stamps` puts the kernel's on the clock.
  [[nodiscard]] std::optional<Reply> result(SteadyStamps& stamps);

  /// Why this machine did not send the SYN, as its kernel reported to itself.
  [[nodiscard]] const std::optional<Refusal>& refusal() const { return refusal_; }

  /// Of a result() that is a SYN-ACK: the handshake was completed, so reset() may follow.
  [[nodiscard]] bool is_connected() const { return connected_; }

  /// The RST that ended the connection after that, which came until now. Empty: none.
  [[nodiscard]] std::optional<Reply> reset();

 private:
  void set_options(const SocketWay& way, Port port) const;
  void connect_now(unsigned zone);
  [[nodiscard]] bool from_here(const Address& address) const;
  [[nodiscard]] Reply reply(ReplyKind kind, TimePoint time) const;

  Probe probe_;
  const SteadyRealTime& clock_;
  int fd_;
  TimePoint sent_;
  bool connected_ = false;
  bool was_reset_ = false;
  std::optional<Refusal> refusal_;
};

}  // namespace tracetcp
