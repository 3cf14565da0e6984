#pragma once

#include <tracetcp/address.hpp>
#include <tracetcp/reason.hpp>
#include <tracetcp/time.hpp>

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

namespace tracetcp {

/// Why something that came on one of our flows answers none of our SYNs: the TCP of an application
/// would ignore it, or it quotes none of them.
enum class StrayKind : std::uint8_t {
  reset_without_ack,   ///< not acceptable in SYN-SENT (RFC 9293, section 3.10.7.3)
  syn_ack_of_another,  ///< SYN-ACK that acknowledges something else than our SYN
  reset_of_another,    ///< RST that does
  lone_ack,            ///< ACK without SYN, such as a challenge ACK (RFC 5961, section 4)
  other_address,       ///< acknowledges our SYN, but comes from another address
  other_port,          ///< acknowledges our SYN, but comes from another port
  other_echo,          ///< SYN-ACK that echoes a timestamp that none of our SYNs had (RFC 7323)
  wrong_checksum,      ///< of IP, TCP or ICMP
  other_vlan,          ///< tagged for a VLAN that our SYNs did not leave by
  other_quote,         ///< ICMP error on our flow that quotes another sequence number
  duplicate,           ///< what the same probe had got already
  count_,              ///< how many there are
};

/// The name used in JSON, e.g. "rst-without-ack".
std::string_view name(StrayKind kind);

/// Strays of one kind and sender.
struct Stray {
  StrayKind kind = StrayKind::duplicate;
  Endpoint from;                 ///< port 0: an ICMP error
  bool resets = false;           ///< RSTs, not SYN-ACKs, where the kind does not say it
  std::uint16_t vlan = 0;        ///< its tag
  std::optional<Ttl> reply_ttl;  ///< of the first, as received
  std::optional<Ttl> ttl;        ///< the lowest of the probes that they answer, where that is known
  std::uint64_t count = 1;
  TimePoint first;  ///< capture stamps
  TimePoint last;
};

/// What it is counted as among what changed nothing.
Reason reason_of(StrayKind kind);

/// Whether it may be the answer of the host that has the port, which an application does not get.
bool may_be_answer(StrayKind kind);

/// The strays of a trace, counted by kind and sender. A bounded number of different ones of each
/// kind: what anyone can forge by the thousand does not keep out what only a receiver of our SYNs
/// can send.
class Strays {
 public:
  static constexpr std::size_t most_of_kind = 4;

  void add(const Stray& stray);
  void clear();

  [[nodiscard]] bool empty() const { return different_.empty(); }
  /// In the order in which they first came.
  [[nodiscard]] const std::vector<Stray>& different() const { return different_; }
  /// How many came from further senders.
  [[nodiscard]] std::uint64_t others(StrayKind kind) const {
    return others_[static_cast<std::size_t>(kind)];
  }
  /// How many came at all.
  [[nodiscard]] std::uint64_t count(StrayKind kind) const;

 private:
  std::vector<Stray> different_;
  std::array<std::uint64_t, static_cast<std::size_t>(StrayKind::count_)> others_{};
};

}  // namespace tracetcp
