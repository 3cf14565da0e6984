#include <tracetcp/icmp.hpp>

#include <array>
#include <span>

namespace tracetcp {
namespace {

using enum IcmpMeaning;

struct Code {
  std::string_view text;
  UnreachableReason reason = UnreachableReason::other;
};

struct Type {
  std::uint8_t number = 0;
  IcmpMeaning meaning = none;
  std::string_view otherwise;  ///< the text of an unknown code
  std::span<const Code> codes;
};

// Each list is indexed by the code.

// RFC 792; 6 to 12 from RFC 1122, section 3.2.2.1; 13 to 15 from RFC 1812, section 5.2.7.1.
constexpr std::array ipv4_unreachable{
    Code{"network unreachable", UnreachableReason::network},
    Code{"host unreachable", UnreachableReason::host},
    Code{"protocol unreachable", UnreachableReason::protocol},
    Code{"port unreachable", UnreachableReason::port},
    Code{"fragmentation needed"},
    Code{"source route failed"},
    Code{"network unknown", UnreachableReason::network},
    Code{"host unknown", UnreachableReason::host},
    Code{"source host isolated"},
    Code{"network administratively prohibited", UnreachableReason::prohibited},
    Code{"host administratively prohibited", UnreachableReason::prohibited},
    Code{"network unreachable for this type of service", UnreachableReason::network},
    Code{"host unreachable for this type of service", UnreachableReason::host},
    Code{"administratively prohibited", UnreachableReason::prohibited},
    Code{"host precedence violation", UnreachableReason::prohibited},
    Code{"precedence cutoff in effect", UnreachableReason::prohibited},
};

// RFC 792.
constexpr std::array quench{Code{"source quench"}};

constexpr std::array redirects{
    Code{"redirect for network"},
    Code{"redirect for host"},
    Code{"redirect for type of service and network"},
    Code{"redirect for type of service and host"},
};

constexpr std::array ipv4_exceeded{
    Code{"time to live exceeded"},
    Code{"fragment reassembly time exceeded"},
};

// RFC 792; 1 from RFC 1122, section 3.2.2.5; 2 from the IANA registry.
constexpr std::array ipv4_problem{
    Code{"parameter problem: bad header field"},
    Code{"parameter problem: required option missing"},
    Code{"parameter problem: bad length"},
};

// RFC 4443, section 3.1; 7 from RFC 6550 and RFC 6554; 8 from RFC 8883.
constexpr std::array ipv6_unreachable{
    Code{"no route to destination", UnreachableReason::network},
    Code{"administratively prohibited", UnreachableReason::prohibited},
    Code{"beyond scope of source address", UnreachableReason::network},
    Code{"address unreachable", UnreachableReason::host},
    Code{"port unreachable", UnreachableReason::port},
    Code{"source address failed ingress/egress policy", UnreachableReason::prohibited},
    Code{"reject route to destination", UnreachableReason::prohibited},
    Code{"error in source routing header"},
    Code{"headers too long"},
};

constexpr std::array packet_too_big{Code{"packet too big"}};

constexpr std::array ipv6_exceeded{
    Code{"hop limit exceeded"},
    Code{"fragment reassembly time exceeded"},
};

// RFC 4443, section 3.4; 3 from RFC 7112; 4 from RFC 8754; 5 to 10 from RFC 8883.
constexpr std::array ipv6_problem{
    Code{"parameter problem: bad header field"},
    Code{"parameter problem: unknown next header"},
    Code{"parameter problem: unknown option"},
    Code{"parameter problem: incomplete header chain in first fragment"},
    Code{"parameter problem: segment routing upper-layer header error"},
    Code{"parameter problem: unknown next header at intermediate node"},
    Code{"parameter problem: extension header too big"},
    Code{"parameter problem: extension header chain too long"},
    Code{"parameter problem: too many extension headers"},
    Code{"parameter problem: too many options in extension header"},
    Code{"parameter problem: option too big"},
};

constexpr std::array ipv4_types{
    Type{3, unreachable, "destination unreachable", ipv4_unreachable},
    Type{4, source_quench, "source quench", quench},
    Type{5, redirect, "redirect", redirects},
    Type{11, time_exceeded, "time exceeded", ipv4_exceeded},
    Type{12, parameter_problem, "parameter problem", ipv4_problem},
};

// ICMPv6 redirects are messages of neighbour discovery (RFC 4861, section 4.5), not errors.
constexpr std::array ipv6_types{
    Type{1, unreachable, "destination unreachable", ipv6_unreachable},
    Type{2, too_big, "packet too big", packet_too_big},
    Type{3, time_exceeded, "time exceeded", ipv6_exceeded},
    Type{4, parameter_problem, "parameter problem", ipv6_problem},
};

/// By the type: each ICMP error of a capture is looked up.
using Meanings = std::array<IcmpMeaning, 16>;

constexpr Meanings meanings_of(std::span<const Type> types) {
  Meanings meanings{};
  meanings.fill(none);
  for (const Type& type : types) meanings.at(type.number) = type.meaning;
  return meanings;
}

constexpr Meanings ipv4_meanings = meanings_of(ipv4_types);
constexpr Meanings ipv6_meanings = meanings_of(ipv6_types);

/// nullptr: no error has that type.
const Type* type_of(IcmpNumbers numbers) {
  const std::span<const Type> types = numbers.family == Family::ipv4
                                          ? std::span<const Type>(ipv4_types)
                                          : std::span<const Type>(ipv6_types);
  for (const Type& type : types) {
    if (type.number == numbers.type) return &type;
  }
  return nullptr;
}

/// RFC 1191, section 4.
bool is_fragmentation_needed(IcmpNumbers numbers) {
  return numbers.family == Family::ipv4 && numbers.code == 4;
}

}  // namespace

IcmpMeaning meaning(IcmpNumbers numbers) {
  const Meanings& by_type = numbers.family == Family::ipv4 ? ipv4_meanings : ipv6_meanings;
  if (numbers.type >= by_type.size()) return none;
  const IcmpMeaning meaning = by_type.at(numbers.type);
  return meaning == unreachable && is_fragmentation_needed(numbers) ? too_big : meaning;
}

UnreachableReason unreachable_reason(IcmpNumbers numbers) {
  const Type* type = type_of(numbers);
  if (type == nullptr || numbers.code >= type->codes.size()) return UnreachableReason::other;
  return type->codes[numbers.code].reason;
}

std::string_view icmp_text(IcmpNumbers numbers) {
  const Type* type = type_of(numbers);
  if (type == nullptr) return "unknown";
  return numbers.code < type->codes.size() ? type->codes[numbers.code].text : type->otherwise;
}

}  // namespace tracetcp
