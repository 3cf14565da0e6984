#include "report/evidence_text.hpp"

#include <tracetcp/sentences.hpp>

#include <fmt/core.h>

#include <string_view>

namespace tracetcp {
namespace {

/// What arrived, and how far its sender is where its TTL is known.
std::string with_distance(std::string_view what, std::optional<Ttl> reply_ttl) {
  if (!reply_ttl) return std::string(what);
  const int hops = return_hops(*reply_ttl);
  return fmt::format("{} with TTL {}, which fits a sender {} hop{} away", what, reply_ttl->value,
                     hops, hops == 1 ? "" : "s");
}

std::string text_of(const evidence::TimeExceeded& seen) {
  return with_distance("time-exceeded from " + seen.from.text(), seen.reply_ttl);
}

std::string text_of(const evidence::LastAnswer& seen) {
  return "the last answer, time-exceeded from " + seen.from.text();
}

std::string text_of(const evidence::TcpAnswer& seen) {
  return with_distance(seen.kind == ReplyKind::syn_ack ? "SYN-ACK" : "RST", seen.reply_ttl);
}

std::string text_of(const evidence::Rejection& seen) {
  return fmt::format("unreachable from {}, {}", seen.from.text(), icmp_text(seen.icmp));
}

std::string text_of(const evidence::IcmpAnswer& seen) {
  const bool is_problem = meaning(seen.icmp) == IcmpMeaning::parameter_problem;
  return fmt::format("ICMP {}{}", is_problem ? "" : "unreachable, ", icmp_text(seen.icmp));
}

std::string text_of(const evidence::OtherQuotes& seen) {
  const Stray stray{.kind = StrayKind::other_quote, .from = {seen.from, Port{}}};
  return fmt::format("{} came: {}", seen.count, text(stray));
}

std::string text_of(const evidence::Answered& seen) {
  return "answered by " + seen.from.text();
}

std::string text_of(const evidence::Quoted& seen) {
  return fmt::format("{} quotes {} {}", seen.from.text(), seen.field, seen.value);
}

std::string text_of(const evidence::AnswerCount& seen) {
  return fmt::format("{} of {} probes answered", seen.answered, seen.asked);
}

std::string text_of(const evidence::TwoRouters&) {
  return "two routers answer one flow";
}

std::string text_of(const evidence::ReplyTtl&) {
  return "its reply's TTL";
}

std::string text_of(const evidence::EndTtl& seen) {
  return fmt::format("answered with TTL {}, which fits {} hops", seen.reply_ttl.value,
                     return_hops(seen.reply_ttl));
}

std::string text_of(const evidence::SameRouter&) {
  return "the same router answers";
}

std::string text_of(const evidence::PublicAddress&) {
  return "a public address answers";
}

std::string text_of(const evidence::ResetBeside& seen) {
  return fmt::format("one SYN got a time-exceeded from {} and a RST{}", seen.from.text(),
                     seen.reset_ttl ? fmt::format(" with TTL {}", seen.reset_ttl->value) : "");
}

std::string text_of(const evidence::ComesAgain& seen) {
  return fmt::format("{}, and again {} hops later", router_text(seen.from), seen.hops);
}

std::string text_of(const evidence::Flows& seen) {
  return fmt::format("{} flows end so, such as that from port {}", seen.flows,
                     seen.source_port.value);
}

std::string text_of(const evidence::StrayCount& seen) {
  std::string text = fmt::format("{} came", seen.count == 1 ? "one" : std::to_string(seen.count));
  if (seen.reply_ttl) {
    text += fmt::format(", the first with TTL {}, which fits a sender {} hops away",
                        seen.reply_ttl->value, return_hops(*seen.reply_ttl));
  }
  return text;
}

}  // namespace

std::string text(const finding::Answer& answer) {
  return std::visit([](const auto& seen) { return text_of(seen); }, answer);
}

std::string router_text(const std::optional<Address>& address) {
  return address ? address->text() : "a router that does not answer";
}

std::string text(const Observation& observation) {
  return std::visit([](const auto& seen) { return text_of(seen); }, observation.seen);
}

}  // namespace tracetcp
