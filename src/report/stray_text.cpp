#include <tracetcp/sentences.hpp>

#include <fmt/core.h>

namespace tracetcp {
namespace {

const char* syn_ack_or_reset(const Stray& stray) {
  return stray.resets ? "a RST" : "a SYN-ACK";
}

/// "an ICMP error", or what the segment is.
const char* sort_of(const Stray& stray) {
  return stray.from.port.value == 0 ? "an ICMP error" : syn_ack_or_reset(stray);
}

}  // namespace

std::string text(const Stray& stray) {
  const std::string from = stray.from.address.text();
  switch (stray.kind) {
    case StrayKind::reset_without_ack:
      return fmt::format("a RST without ACK from {}", from);
    case StrayKind::syn_ack_of_another:
    case StrayKind::reset_of_another:
      return fmt::format("{} from {} that acknowledges another sequence number",
                         stray.kind == StrayKind::reset_of_another ? "a RST" : "a SYN-ACK", from);
    case StrayKind::lone_ack:
      return fmt::format("an ACK without SYN from {}, as of a connection that is half-open there",
                         from);
    case StrayKind::other_address:
      return fmt::format("{} for our SYN from {}", syn_ack_or_reset(stray), from);
    case StrayKind::other_port:
      return fmt::format("{} for our SYN from port {} of {}", syn_ack_or_reset(stray),
                         stray.from.port.value, from);
    case StrayKind::other_echo:
      return fmt::format("a SYN-ACK from {} that echoes a timestamp that we did not send", from);
    case StrayKind::wrong_checksum:
      return fmt::format("{} from {} with a wrong checksum", sort_of(stray), from);
    case StrayKind::other_vlan:
      return fmt::format("{} from {} tagged for VLAN {}", sort_of(stray), from, stray.vlan);
    case StrayKind::other_quote:
      return fmt::format("an ICMP error from {} that quotes another sequence number", from);
    case StrayKind::duplicate:
      return fmt::format("the same answer again from {}", from);
    case StrayKind::count_:
      break;
  }
  return "unknown";
}

}  // namespace tracetcp
