#include <tracetcp/reply.hpp>

namespace tracetcp {

Refusal refusal_of(IcmpNumbers icmp) {
  Refusal refusal{.cause = Refusal::Cause::firewall,
                  .reason = std::string(icmp_text(icmp)),
                  .neighbour = std::nullopt,
                  .interface = ""};
  const UnreachableReason reason = unreachable_reason(icmp);
  if (reason == UnreachableReason::network) refusal.cause = Refusal::Cause::no_route;
  if (reason == UnreachableReason::host) refusal.cause = Refusal::Cause::other;
  return refusal;
}

ReplyKind kind_of_icmp(IcmpNumbers icmp) {
  switch (meaning(icmp)) {
    case IcmpMeaning::time_exceeded:
      return ReplyKind::time_exceeded;
    case IcmpMeaning::unreachable:
    case IcmpMeaning::too_big:
    case IcmpMeaning::parameter_problem:
      return ReplyKind::unreachable;
    case IcmpMeaning::source_quench:
    case IcmpMeaning::redirect:
    case IcmpMeaning::none:
      break;
  }
  return ReplyKind::notice;
}

}  // namespace tracetcp
