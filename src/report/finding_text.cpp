#include "core/milliseconds.hpp"
#include "report/evidence_text.hpp"

#include <tracetcp/sentences.hpp>

#include <fmt/core.h>

#include <utility>

namespace tracetcp {
namespace {

template <class Kind>
bool holds(const finding::Answer& answer) {
  return std::holds_alternative<Kind>(answer);
}

bool is_syn_ack(const finding::Answer& answer) {
  const auto* tcp = std::get_if<evidence::TcpAnswer>(&answer);
  return tcp != nullptr && tcp->kind == ReplyKind::syn_ack;
}

bool is_reset(const finding::Answer& answer) {
  const auto* tcp = std::get_if<evidence::TcpAnswer>(&answer);
  return tcp != nullptr && tcp->kind == ReplyKind::rst;
}

/// "port 80 is answered 7 hops away"
std::string how_far_it_goes(const finding::OtherPort& other) {
  if (other.reply == ReplyKind::syn_ack || other.reply == ReplyKind::rst) {
    return fmt::format("port {} is answered {} hops away", other.port.value, other.ttl.value);
  }
  return fmt::format("port {} gets as far as hop {}", other.port.value, other.ttl.value);
}

/// Makes the sentence of a finding from its data.
class Sentence {
 public:
  Sentence(const Finding& finding, const Names& names) : finding_(finding), names_(names) {}

  std::string operator()(const finding::Proxy& proxy) const {
    return fmt::format("accepted by a proxy {}, not by {}; {}",
                       proxy.may_be_here ? "on this machine or at hop 1" : "at " + at(),
                       proxy.target.text(), how_far_it_goes(proxy.other));
  }

  std::string operator()(const finding::AcceptedByHop&) const {
    return fmt::format(
        "accepted by {} or beyond: the SYN-ACK comes from as far away as its answers", at());
  }

  std::string operator()(const finding::ForgedReset& reset) const {
    return fmt::format("the RST is forged {}, not sent by {}; {}",
                       reset.may_be_here ? "on this machine or at hop 1" : "at " + at(),
                       reset.target.text(), how_far_it_goes(reset.other));
  }

  std::string operator()(const finding::ResetFromHop&) const {
    return fmt::format("the RST may be forged at {}, which is as far away as its TTL says", at());
  }

  std::string operator()(const finding::ResetBeside& reset) const {
    return fmt::format("a RST is forged at {} in the name of {}, while the SYN goes on{}", at(),
                       reset.target.text(),
                       reset.is_accepted ? " and is accepted with a SYN-ACK" : "");
  }

  std::string operator()(const finding::AnswersAsTarget& nat) const {
    if (nat.may_be_here) {
      return "routers answer as the target itself: a NAT on this machine or at hop 1 leads the SYN "
             "to another machine and hides their addresses";
    }
    return fmt::format(
        "{} answers as the target itself and sends the SYN on: it is led to another machine there",
        at());
  }

  std::string operator()(const finding::OtherMachine& nat) const {
    return fmt::format("answered by another machine than port {} at the same distance",
                       nat.other_port.value);
  }

  std::string operator()(const finding::FieldChange& change) const {
    return fmt::format("{} changed from {} to {} {}", change.field, change.sent, change.quoted,
                       where_changed(finding_, change, names_));
  }

  std::string operator()(const finding::QuotedTtl& quote) const {
    return fmt::format("{} quotes TTL {} where 1 is due", at(), quote.quoted.value);
  }

  std::string operator()(const finding::RaisedTtl& raised) const {
    return fmt::format(
        "TTL {} gets an answer from {} hops away: the TTL is raised at {}, the way back is longer, "
        "or the target's packets begin with another TTL than 64, 128 or 255",
        raised.ttl.value, return_hops(raised.reply_ttl), at());
  }

  std::string operator()(const finding::LoweredTtl& lowered) const {
    return fmt::format("the TTL is lowered at {}: all SYNs from TTL {} on run out at {}", at(),
                       lowered.first.value, lowered.router.text());
  }

  std::string operator()(const finding::Loop& loop) const {
    std::string routers;
    const std::size_t count = loop.routers.size();
    for (std::size_t i = 0; i < count; ++i) {
      if (i > 0) routers += i + 1 == count ? " and " : ", ";
      routers += router_text(loop.routers[i]);
    }
    return fmt::format("a routing loop: {} pass the SYN {} from hop {} on", routers,
                       count == 2 ? "to and fro" : "round", loop.first.value);
  }

  std::string operator()(const finding::Blocked& blocked) const {
    return where_blocked(blocked) + "; " + how_far_it_gets(blocked);
  }

  std::string operator()(const finding::Rejected& rejected) const {
    return fmt::format("rejected by {}: {}", at(), icmp_text(rejected.icmp));
  }

  std::string operator()(const finding::NoHost& host) const {
    return fmt::format("nothing answers beyond {}, which reports for port {}: {}", at(),
                       host.other_port.value, icmp_text(host.icmp));
  }

  std::string operator()(const finding::PrivateSource& nat) const {
    return fmt::format("a NAT before {}: it answers the private address {}", place(nat.before),
                       nat.source.text());
  }

  std::string operator()(const finding::RateLimit& limit) const {
    return fmt::format("{} limits or loses its own answers ({} of {} came), not the SYNs", at(),
                       limit.answered, limit.asked);
  }

  std::string operator()(const finding::Loss& loss) const {
    const std::string where = loss.is_exact
                                  ? fmt::format("from {} on", place(loss.before))
                                  : fmt::format("between {} and {}", at(), place(loss.before));
    return fmt::format(
        "packets get lost {}{}: {} of {} probes were answered {} and beyond, {} of {} before",
        where, loss.may_be_limit ? ", or all hops from there on limit their answers" : "",
        loss.answered, loss.asked,
        loss.is_exact ? "there" : fmt::format("at hop {}", loss.first.value), loss.answered_before,
        loss.asked_before);
  }

  std::string operator()(const finding::PathChange& change) const {
    return fmt::format("the path changed during the trace: hop {} was {}, then {}",
                       finding_.at.ttl.value_or(Ttl{}).value, change.first.text(),
                       change.second.text());
  }

  std::string operator()(const finding::SomePaths& some) const {
    return fmt::format("{} on {} of {} paths, {}", what_happens(some), some.paths, some.of_paths,
                       what_else(some));
  }

  std::string operator()(const finding::ReturnPath& back) const {
    return fmt::format("the way back is {} hops longer from {} on: a tunnel, or another path",
                       back.longer_hops, place(back.before));
  }

  std::string operator()(const finding::TwoAnswers& two) const {
    const std::string later = precise_milliseconds(two.apart) + " ms";
    if (is_reset(two.first) && is_syn_ack(two.second)) {
      return fmt::format("a SYN-ACK follows the RST to the same SYN after {}: {}", later,
                         refusal(two.target));
    }
    if (is_syn_ack(two.first) && is_reset(two.second)) {
      return fmt::format(
          "a RST follows the SYN-ACK to the same SYN after {}: the connection is accepted{}, then "
          "reset",
          later, finding_.at == Place{} ? "" : " by " + at() + " or beyond");
    }
    if (holds<evidence::Rejection>(two.first) && is_syn_ack(two.second)) {
      return fmt::format(
          "a SYN-ACK answers the SYN {} after {} rejected it: the SYN got through all the same",
          later, at());
    }
    if (is_syn_ack(two.first) && holds<evidence::Rejection>(two.second)) {
      return fmt::format("{} rejects the SYN {} after a SYN-ACK answered it", at(), later);
    }
    if (expires_and_is_accepted(two)) {
      return fmt::format(
          "the SYN with TTL {} expired at {}, but a SYN-ACK answers it too: something on the way "
          "answers for {}",
          two.ttl.value, at(), two.target.text());
    }
    return fmt::format("two answers to the same SYN, {} apart: {}, and {}", later, text(two.first),
                       text(two.second));
  }

  std::string operator()(const finding::AcceptedAndRefused& two) const {
    return fmt::format("a SYN-ACK answers the SYN with TTL {}, and a RST that with TTL {}: {}",
                       two.accepted.value, two.refused.value, refusal(two.target));
  }

  std::string operator()(const finding::StrayAnswer& answer) const {
    const Stray& stray = answer.stray;
    // An ICMP error explains the silence of a hop, not that of the port.
    if (stray.from.port.value == 0) return fmt::format("hosts ignore {}", text(stray));
    std::string clause = fmt::format("an application's TCP ignores {}", text(stray));
    if (stray.kind == StrayKind::other_address) {
      clause += fmt::format(", not {}: an answer that was not translated back",
                            answer.target.address.text());
    }
    if (stray.kind == StrayKind::other_port) {
      clause += fmt::format(", not port {}: an answer that was not translated back",
                            answer.target.port.value);
    }
    return clause;
  }

 private:
  [[nodiscard]] std::string place(const Place& of) const { return text(of, names_); }
  [[nodiscard]] std::string at() const { return place(finding_.at); }

  static bool expires_and_is_accepted(const finding::TwoAnswers& two) {
    return (holds<evidence::TimeExceeded>(two.first) && is_syn_ack(two.second)) ||
           (is_syn_ack(two.first) && holds<evidence::TimeExceeded>(two.second));
  }

  /// "the RST refuses a connection that 198.51.100.1 accepts"
  [[nodiscard]] std::string refusal(Address target) const {
    const std::string from = finding_.at == Place{} ? "" : ", from as far away as " + at() + ",";
    return fmt::format("the RST{} refuses a connection that {} accepts", from, target.text());
  }

  /// The last TTL that answers this port; 0: none.
  [[nodiscard]] int last() const { return finding_.at.ttl.value_or(Ttl{}).value; }

  /// "dropped behind hop 6 (10.77.6.2)", or the stretch where it may be if hops there answer no
  /// port.
  [[nodiscard]] std::string where_blocked(const finding::Blocked& blocked) const {
    const int next = blocked.before.ttl.value_or(Ttl{}).value;
    const std::string before = place(blocked.before);
    if (last() == 0 && !blocked.from_start) return "dropped before " + before;
    if (next == last() + 1) {
      return last() == 0 ? "dropped from the start" : "dropped behind " + at();
    }
    const std::string silent = next == last() + 2
                                   ? fmt::format("hop {} answers", last() + 1)
                                   : fmt::format("hops {} to {} answer", last() + 1, next - 1);
    const std::string stretch =
        last() == 0 ? "before " + before : "between " + at() + " and " + before;
    return fmt::format("dropped {}, as {} no port", stretch, silent);
  }

  /// How far the other port gets, at least to where this one may be dropped.
  [[nodiscard]] std::string how_far_it_gets(const finding::Blocked& blocked) const {
    const auto& [port, reply, ttl] = blocked.other;
    if (!reply) {
      const bool is_named = blocked.before.ttl.value_or(Ttl{}).value > last() + 1 ||
                            (last() == 0 && !blocked.from_start);
      return fmt::format("port {} gets an answer {}", port.value,
                         is_named ? "there" : "from " + place(blocked.before));
    }
    switch (*reply) {
      case ReplyKind::syn_ack:
        return fmt::format("port {} gets through to hop {}, where it is open", port.value,
                           ttl.value);
      case ReplyKind::rst:  // it may be forged
        return fmt::format("port {} is answered with a RST at hop {}", port.value, ttl.value);
      case ReplyKind::unreachable:
      case ReplyKind::time_exceeded:
      case ReplyKind::notice:
      case ReplyKind::stray:
        break;
    }
    return fmt::format("port {} is rejected farther on", port.value);
  }

  [[nodiscard]] std::string what_happens(const finding::SomePaths& some) const {
    if (!some.reply) return "dropped behind " + at();
    switch (*some.reply) {
      case ReplyKind::unreachable:
        return "rejected by " + at();
      case ReplyKind::rst:
        return fmt::format("reset by {}, {} hops away,", place({{}, finding_.at.address}),
                           finding_.at.ttl.value_or(Ttl{}).value);
      case ReplyKind::syn_ack:
      case ReplyKind::time_exceeded:
      case ReplyKind::notice:
      case ReplyKind::stray:
        break;
    }
    return "answered by " + at();
  }

  static const char* what_else(const finding::SomePaths& some) {
    if (some.other_reply == ReplyKind::syn_ack) return "open on others";
    if (some.other_reply == ReplyKind::rst) return "closed on others";
    return "another end on others";
  }

  const Finding& finding_;
  const Names& names_;
};

}  // namespace

std::string where_changed(const Finding& finding, const finding::FieldChange& change,
                          const Names& names) {
  const std::string before = text(change.before, names);
  return finding.at == Place{} ? "before " + before
                               : fmt::format("between {} and {}", text(finding.at, names), before);
}

const Names& no_names() {
  static const NoNames none;
  return none;
}

std::string text(const Place& place, const Names& names) {
  std::string address = place.address ? place.address->text() : "";
  if (!place.ttl) return address;
  std::string hop = fmt::format("hop {}", place.ttl->value);
  if (address.empty()) return hop;
  const auto name = names.of(*place.address);
  return fmt::format("{} ({}{})", hop, address, !name || name->empty() ? "" : ", " + *name);
}

std::string text(const Finding& finding, const Names& names) {
  return std::visit(Sentence(finding, names), finding.data);
}

}  // namespace tracetcp
