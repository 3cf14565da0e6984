#include "cli/values.hpp"

#include <tracetcp/error.hpp>

#include <fmt/core.h>

#include <algorithm>
#include <charconv>

namespace tracetcp::cli {

namespace {

bool all_digits(std::string_view text) {
  return !text.empty() && text.find_first_not_of("0123456789") == std::string_view::npos;
}

}  // namespace

std::string printable(std::string_view text) {
  constexpr std::size_t longest = 80;
  std::string shown(text.substr(0, longest));
  std::replace_if(
      shown.begin(), shown.end(), [](char c) { return c < ' ' || c > '~'; }, '?');
  if (text.size() > longest) shown += "...";
  return shown;
}

std::string quoted(std::string_view text) {
  return '"' + printable(text) + '"';
}

std::uint64_t read_number(const std::string& what, std::string_view text, const Range& range) {
  const bool negative = text.starts_with('-');
  if (!all_digits(negative ? text.substr(1) : text)) {
    throw UsageError(
        fmt::format("{}: {} is not a number; give one from {}", what, quoted(text), range.text()));
  }
  std::uint64_t number = 0;
  const auto result = std::from_chars(text.data(), text.data() + text.size(), number);
  if (negative || result.ec != std::errc{} || number < range.least || number > range.most) {
    throw UsageError(fmt::format("{}: {} is out of range; give a number from {}", what,
                                 printable(text), range.text()));
  }
  return number;
}

namespace {

/// Decimal, fractions allowed. `allowed` names the range in messages.
double read_decimal(const std::string& what, std::string_view text, double least, double most,
                    const std::string& allowed) {
  double number = 0;
  const char* const end = text.data() + text.size();
  const auto [stopped, error] = std::from_chars(text.data(), end, number, std::chars_format::fixed);
  const bool has_digit = text.find_first_of("0123456789") != std::string_view::npos;
  if (error == std::errc::invalid_argument || stopped != end || !has_digit) {
    throw UsageError(
        fmt::format("{}: {} is not a number; give one from {}", what, quoted(text), allowed));
  }
  if (error != std::errc{} || number < least || number > most) {
    throw UsageError(fmt::format("{}: {} is out of range; give a number from {}", what,
                                 printable(text), allowed));
  }
  return number;
}

}  // namespace

double read_rate(const std::string& what, std::string_view text) {
  return read_decimal(what, text, least_rate, most_rate,
                      fmt::format("{} to {:.0f}", least_rate, most_rate));
}

double read_seconds(const std::string& what, std::string_view text) {
  return read_decimal(what, text, least_every, most_every,
                      fmt::format("{} to {:.0f} seconds", least_every, most_every));
}

Address read_address(const std::string& what, std::string_view text) {
  if (const auto address = Address::parse(text)) return *address;
  if (looks_like_ipv6(text)) {
    throw UsageError(
        fmt::format("{}: {} is not an IPv6 address; give one as 2001:db8::1, without "
                    "brackets and interface",
                    what, quoted(text)));
  }
  throw UsageError(fmt::format("{}: {} is not an IPv4 address; give four numbers as in 192.0.2.1",
                               what, quoted(text)));
}

Endpoint read_listening(const std::string& what, std::string_view text) {
  constexpr Range ports{0, 65535};
  const auto port = [&](std::string_view number) {
    return Port{static_cast<std::uint16_t>(read_number(what, number, ports))};
  };
  const auto colon = text.rfind(':');
  if (colon == std::string_view::npos) return {*Address::parse("127.0.0.1"), port(text)};
  std::string_view address = text.substr(0, colon);
  const bool has_brackets = address.starts_with('[') && address.ends_with(']');
  if (has_brackets) address = address.substr(1, address.size() - 2);
  const auto parsed = Address::parse(address);
  if (!parsed || has_brackets != (parsed->family() == Family::ipv6)) {
    throw UsageError(fmt::format(
        "{}: {} is not [ADDR:]PORT; give one as 9464, 192.0.2.1:9464 or [2001:db8::1]:9464", what,
        quoted(text)));
  }
  return {*parsed, port(text.substr(colon + 1))};
}

bool looks_like_ipv6(std::string_view text) {
  if (text.starts_with('[')) return true;
  const auto address = text.substr(0, text.find('%'));
  return std::count(address.begin(), address.end(), ':') >= 2 &&
         address.find_first_not_of("0123456789abcdefABCDEF:.") == std::string_view::npos;
}

}  // namespace tracetcp::cli
