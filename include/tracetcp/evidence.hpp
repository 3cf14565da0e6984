#pragma once

#include <tracetcp/address.hpp>
#include <tracetcp/icmp.hpp>
#include <tracetcp/number.hpp>
#include <tracetcp/reply.hpp>

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>

namespace tracetcp {

/// What a probe can show, one type for each kind. `name` is the one used in JSON.
namespace evidence {

/// A hop's answer to a SYN whose TTL ran out there.
struct TimeExceeded {
  static constexpr std::string_view name = "time-exceeded";
  Address from;
  std::optional<Ttl> reply_ttl;  ///< as received; empty: unknown, or it does not matter
};

/// The time-exceeded of the last hop that answers.
struct LastAnswer {
  static constexpr std::string_view name = "last-answer";
  Address from;
};

/// An answer in the target's name.
struct TcpAnswer {
  static constexpr std::string_view name = "tcp-answer";
  ReplyKind kind = ReplyKind::syn_ack;  ///< or rst
  std::optional<Ttl> reply_ttl;         ///< as received; empty: unknown
};

/// An ICMP error that rejects the SYN, beside other answers.
struct Rejection {
  static constexpr std::string_view name = "rejection";
  Address from;
  IcmpNumbers icmp;
};

/// The ICMP error that the verdict rests on, or that of another port.
struct IcmpAnswer {
  static constexpr std::string_view name = "icmp-answer";
  IcmpNumbers icmp;
};

/// ICMP errors of one sender that quote another sequence number than ours.
struct OtherQuotes {
  static constexpr std::string_view name = "other-quotes";
  Address from;
  std::uint64_t count = 0;
};

/// The first hop that answers another port.
struct Answered {
  static constexpr std::string_view name = "answered";
  Address from;
};

/// A field of our SYN as an ICMP error quotes it.
struct Quoted {
  static constexpr std::string_view name = "quoted";
  Address from;
  std::string field;
  std::string value;
};

/// How many probes to a hop, or to several, were answered.
struct AnswerCount {
  static constexpr std::string_view name = "answer-count";
  int answered = 0;
  int asked = 0;
};

/// Two routers at one hop that answer one flow.
struct TwoRouters {
  static constexpr std::string_view name = "two-routers";
  Address first;
  Address second;
};

/// The TTL with which a hop's answer arrived.
struct ReplyTtl {
  static constexpr std::string_view name = "reply-ttl";
  Ttl reply_ttl;
};

/// The TTL with which the target's answer arrived.
struct EndTtl {
  static constexpr std::string_view name = "end-ttl";
  Ttl reply_ttl;
};

/// A router that answers at several hops.
struct SameRouter {
  static constexpr std::string_view name = "same-router";
  Address from;
};

/// A hop with a public address.
struct PublicAddress {
  static constexpr std::string_view name = "public-address";
  Address from;
};

/// One SYN that got a time-exceeded and a RST.
struct ResetBeside {
  static constexpr std::string_view name = "reset-beside";
  Address from;                  ///< of the time-exceeded
  std::optional<Ttl> reset_ttl;  ///< of the RST, as received; empty: unknown
};

/// A router that is met again and again.
struct ComesAgain {
  static constexpr std::string_view name = "comes-again";
  std::optional<Address> from;  ///< empty: it does not answer
  std::size_t hops = 0;         ///< from one time to the next
};

/// Flows that all end in the same way.
struct Flows {
  static constexpr std::string_view name = "flows";
  std::size_t flows = 0;
  Port source_port;  ///< of the first of them
};

/// Answers that an application's TCP ignores.
struct StrayCount {
  static constexpr std::string_view name = "stray-count";
  std::uint64_t count = 0;
  std::optional<Ttl> reply_ttl;  ///< of the first, as received; empty: unknown
};

}  // namespace evidence

using Evidence = std::variant<evidence::TimeExceeded, evidence::LastAnswer, evidence::TcpAnswer,
                              evidence::Rejection, evidence::IcmpAnswer, evidence::OtherQuotes,
                              evidence::Answered, evidence::Quoted, evidence::AnswerCount,
                              evidence::TwoRouters, evidence::ReplyTtl, evidence::EndTtl,
                              evidence::SameRouter, evidence::PublicAddress, evidence::ResetBeside,
                              evidence::ComesAgain, evidence::Flows, evidence::StrayCount>;

/// One thing that was seen, and the probe that showed it.
struct Observation {
  Port port;  ///< target port of the trace that the probe belongs to
  Ttl ttl;
  std::uint32_t probe = 0;  ///< ProbeId::index
  Evidence seen;
};

}  // namespace tracetcp
