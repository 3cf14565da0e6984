#include <tracetcp/departure.hpp>

#include <fmt/core.h>

#include <optional>

namespace tracetcp {
namespace {

bool is_ipv6(const std::optional<Address>& address) {
  return address && address->family() == Family::ipv6;
}

}  // namespace

std::string text(const Translation& translation) {
  const auto& [made, left] = translation;
  std::string text = "sends SYNs";
  if (left.target != made.target) {
    text += fmt::format(" for {} to {}", tracetcp::text(made.target), tracetcp::text(left.target));
  }
  if (left.source != made.source) {
    text += fmt::format("{} from {} instead of {}", left.target == made.target ? "" : ",",
                        tracetcp::text(left.source), tracetcp::text(made.source));
  }
  return text;
}

std::string text(const Refusal& refusal) {
  const std::string reason = refusal.reason.empty() ? "" : " (" + refusal.reason + ")";
  const std::string on = refusal.interface.empty() ? "" : " on " + refusal.interface;
  switch (refusal.cause) {
    case Refusal::Cause::firewall:
      return fmt::format("a firewall on this machine refuses them{}", reason);
    case Refusal::Cause::no_route:
      return fmt::format("this machine has no route for them{}", reason);
    case Refusal::Cause::no_neighbour:
      return fmt::format("{} does not answer {}{}",
                         refusal.neighbour ? refusal.neighbour->text() : "the next hop",
                         is_ipv6(refusal.neighbour) ? "neighbour solicitations" : "ARP", on);
    case Refusal::Cause::other:
      break;
  }
  return fmt::format("this machine refuses them{}", reason);
}

}  // namespace tracetcp
