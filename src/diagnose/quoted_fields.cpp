#include "diagnose/quoted_fields.hpp"

#include <array>
#include <string_view>

namespace tracetcp {
namespace {

using Quote = IcmpError::Quote;
using Value = QuotedField::Value;

Value decimal_text(std::uint32_t number) {
  return std::to_string(number);
}

/// An option that is not there is only known to be missing where all options can be read.
template <class Read>
Value option_value(const Quote& quote, Read read) {
  if (!quote.tcp.rest) return std::nullopt;
  Value value = read(quote.tcp.rest->options);
  if (!value && quote.tcp.rest->options_complete) return "none";
  return value;
}

constexpr auto is_nat = FindingKind::nat;
constexpr auto is_change_of_field = FindingKind::change;

const std::array all_quoted_fields = {
    QuotedField{"source address", is_nat, [](const Quote& q) { return Value(q.ip.source.text()); }},
    QuotedField{"destination address", is_nat,
                [](const Quote& q) { return Value(q.ip.destination.text()); }},
    QuotedField{"source port", is_nat,
                [](const Quote& q) { return decimal_text(q.tcp.source.value); }},
    QuotedField{"destination port", is_nat,
                [](const Quote& q) { return decimal_text(q.tcp.destination.value); }},
    // The code points of RFC 2474 and RFC 3168.
    QuotedField{"DSCP", is_change_of_field,
                [](const Quote& q) { return decimal_text(q.ip.tos >> 2U); }},
    QuotedField{"ECN", is_change_of_field,
                [](const Quote& q) { return decimal_text(q.ip.tos & 3U); }},
    QuotedField{"IP id", is_change_of_field,
                [](const Quote& q) { return decimal_text(q.ip.id.value); }, Family::ipv4},
    QuotedField{"DF", is_change_of_field,
                [](const Quote& q) { return Value(q.ip.dont_fragment ? "set" : "clear"); },
                Family::ipv4},
    QuotedField{"flow label", is_change_of_field,
                [](const Quote& q) { return decimal_text(q.ip.flow_label.value); }, Family::ipv6},
    QuotedField{"sequence number", is_change_of_field,
                [](const Quote& q) { return decimal_text(q.tcp.sequence.value); }},
    QuotedField{"window", is_change_of_field,
                [](const Quote& q) {
                  return q.tcp.rest ? decimal_text(q.tcp.rest->window) : std::nullopt;
                }},
    QuotedField{"MSS", is_change_of_field,
                [](const Quote& q) {
                  return option_value(
                      q, [](const auto& o) { return o.mss ? decimal_text(*o.mss) : std::nullopt; });
                }},
    QuotedField{"window scale", is_change_of_field,
                [](const Quote& q) {
                  return option_value(q, [](const auto& o) {
                    return o.window_scale ? decimal_text(*o.window_scale) : std::nullopt;
                  });
                }},
    QuotedField{"SACK permitted", is_change_of_field,
                [](const Quote& q) {
                  return option_value(q, [](const auto& o) {
                    return o.sack_permitted ? Value("yes") : std::nullopt;
                  });
                }},
    QuotedField{"timestamp", is_change_of_field,
                [](const Quote& q) {
                  return option_value(q, [](const auto& o) {
                    return o.timestamps ? decimal_text(o.timestamps->value.value) : std::nullopt;
                  });
                }},
};

/// Some stacks quote this field in their own byte order.
bool is_swapped_id(const Quote& sent, const Quote& quoted) {
  const unsigned id = quoted.ip.id.value;
  return sent.ip.id.value == ((id << 8U | id >> 8U) & 0xffffU);
}

}  // namespace

std::span<const QuotedField> quoted_fields() {
  return all_quoted_fields;
}

bool is_changed(const QuotedField& field, const IcmpError::Quote& sent,
                const IcmpError::Quote& quoted) {
  const QuotedField::Value before = field.read(sent);
  const QuotedField::Value now = field.read(quoted);
  if (!before || !now || *before == *now) return false;
  return std::string_view(field.name) != "IP id" || !is_swapped_id(sent, quoted);
}

}  // namespace tracetcp
