#pragma once

#include <tracetcp/address.hpp>

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

namespace tracetcp {

/// How a SYN of ours was seen to leave this machine.
enum class Departure : std::uint8_t {
  unwatched,   ///< nothing shows it: the kernel made the SYN, or the capture is of another program
  unseen,      ///< it was not captured on its way out
  as_made,     ///< captured with the addresses and ports that we gave it
  translated,  ///< captured with others: this machine replaced them
  refused,     ///< this machine reported that it did not send it
  unknown,     ///< the kernel made the SYN, and no answer to any of the trace shows that one left
};

/// The name used in JSON, e.g. "as-made".
std::string_view name(Departure departure);

/// Whether silence after such a SYN says anything about the network.
constexpr bool has_left(Departure departure) {
  return departure != Departure::unseen && departure != Departure::refused;
}

/// What this machine did to the addresses and ports of a SYN (NAT in its own output).
struct Translation {
  Flow made;
  Flow left;

  bool operator==(const Translation&) const = default;
};

/// The translation as one clause, e.g. "sends SYNs for 10.96.0.1:443 to 10.0.5.2:80", whose subject
/// is the NAT of this machine.
std::string text(const Translation& translation);

/// Why this machine did not send a SYN.
struct Refusal {
  enum class Cause : std::uint8_t {
    firewall,      ///< its own packet filter
    no_route,      ///< its routing table or a routing rule
    no_neighbour,  ///< the next hop does not answer ARP or neighbour solicitations
    other,
  };

  Cause cause = Cause::other;
  std::string reason;                ///< the system's words for it; may be empty
  std::optional<Address> neighbour;  ///< of Cause::no_neighbour, where it is known
  std::string interface;             ///< where it is known

  bool operator==(const Refusal&) const = default;
};

/// Asks this machine why packets may not leave it at this moment; empty: it knows no reason.
using WhyUnsent = std::function<std::optional<Refusal>()>;

/// The refusal as one clause, e.g. "a firewall on this machine refuses them (Operation not
/// permitted)", where "them" are our SYNs.
std::string text(const Refusal& refusal);

}  // namespace tracetcp
