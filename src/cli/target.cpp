#include "cli/target.hpp"

#include "cli/limits.hpp"
#include "cli/port_words.hpp"
#include "cli/values.hpp"
#include "core/scope.hpp"

#include <tracetcp/address.hpp>
#include <tracetcp/error.hpp>

#include <fmt/core.h>

#include <algorithm>
#include <optional>

namespace tracetcp::cli {

namespace {

constexpr std::string_view digits = "0123456789";
constexpr std::string_view host_characters =
    "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ-_.";

PortList ports_behind_colon(std::string_view text, std::string_view whole) {
  if (text.empty()) {
    throw UsageError(
        fmt::format("{} has no port after the colon; give one, or leave the colon out for port {}",
                    quoted(whole), default_port.value));
  }
  return read_ports("port", text);
}

/// RFC 1123, section 2.1: labels of 1 to 63 characters, 253 in all. Underscores do occur in names
/// of hosts, so they pass.
bool is_host_name(std::string_view host) {
  constexpr std::size_t longest_name = 253;
  constexpr std::size_t longest_label = 63;
  if (host.ends_with('.')) host.remove_suffix(1);
  if (host.empty() || host.size() > longest_name) return false;
  while (true) {
    const auto dot = host.find('.');
    const auto label = host.substr(0, dot);
    if (label.empty() || label.size() > longest_label || label.starts_with('-') ||
        label.ends_with('-')) {
      return false;
    }
    if (dot == std::string_view::npos) return true;
    host.remove_prefix(dot + 1);
  }
}

bool is_ipv6(std::string_view text) {
  const auto address = Address::parse(text);
  return address && address->family() == Family::ipv6;
}

/// "::ffff:192.0.2.1" (RFC 4291, section 2.5.5.2), which no packet bears.
std::optional<Address> mapped_ipv4(std::string_view text) {
  constexpr std::string_view prefix = "::ffff:";
  const auto is_alike = [](char one, char other) {
    return one == other || (other == 'f' && one == 'F');
  };
  const bool has_prefix =
      text.size() > prefix.size() &&
      std::equal(prefix.begin(), prefix.end(), text.begin(),
                 [&](char wanted, char given) { return is_alike(given, wanted); });
  return has_prefix ? Address::parse_ipv4(text.substr(prefix.size())) : std::nullopt;
}

/// An IPv6 address, perhaps with a zone (RFC 4007, section 11). `whole` is for messages.
Target read_ipv6(std::string_view text, std::string_view whole) {
  const auto percent = text.find('%');
  const auto address = text.substr(0, percent);
  if (const auto ipv4 = mapped_ipv4(address)) {
    throw UsageError(fmt::format("{} is how IPv6 sockets write the IPv4 address {}; give that",
                                 quoted(whole), ipv4->text()));
  }
  if (!is_ipv6(address)) {
    throw UsageError(
        fmt::format("{} is not an IPv6 address; give one as 2001:db8::1, or with a port as "
                    "[2001:db8::1]:443",
                    quoted(whole)));
  }
  Target target{.host = std::string(address)};
  if (percent == std::string_view::npos) return target;
  target.zone = text.substr(percent + 1);
  if (target.zone.empty() || !is_link_local(*Address::parse(address))) {
    throw UsageError(
        fmt::format("{}: behind % stands the interface of a link-local address, as in fe80::1%eth0",
                    quoted(whole)));
  }
  return target;
}

/// "2001:db8::1:443" is an address; its last group may have been meant as a port.
std::string note_on(std::string_view text) {
  const auto colon = text.rfind(':');
  const auto last = text.substr(colon + 1);
  constexpr std::size_t most_digits = 4;  // of a group
  const bool is_number = !last.empty() && last.size() <= most_digits &&
                         last.find_first_not_of(digits) == std::string_view::npos;
  if (!is_number || !is_ipv6(text.substr(0, colon))) return "";
  return fmt::format("{0} is read as an address; for port {2} of {1} write [{1}]:{2}", text,
                     text.substr(0, colon), last);
}

/// [ADDRESS] or [ADDRESS]:PORTS, as RFC 3986, section 3.2.2, has it.
Target read_bracketed(std::string_view text) {
  const auto end = text.find(']');
  const bool is_complete =
      end != std::string_view::npos && (end + 1 == text.size() || text[end + 1] == ':');
  if (!is_complete) {
    throw UsageError(fmt::format(
        "{} is neither [ADDRESS] nor [ADDRESS]:PORT; give it as [2001:db8::1]:443", quoted(text)));
  }
  Target target = read_ipv6(text.substr(1, end - 1), text);
  if (end + 1 < text.size()) target.ports = ports_behind_colon(text.substr(end + 2), text);
  return target;
}

void check_host(std::string_view host) {
  if (Address::parse(host)) return;
  const auto impossible = host.find_first_not_of(host_characters);
  if (impossible != std::string_view::npos) {
    throw UsageError(fmt::format("{} is no host name: {} can't be in one; give HOST[:PORT]",
                                 quoted(host), quoted(host.substr(impossible, 1))));
  }
  // No top-level domain is a number, so this was meant to be an address.
  const auto last_label = host.substr(host.rfind('.') + 1);
  if (!last_label.empty() && last_label.find_first_not_of(digits) == std::string_view::npos) {
    throw UsageError(
        fmt::format("{} is not an IPv4 address; give four numbers from 0 to 255 as in 192.0.2.1",
                    quoted(host)));
  }
  if (!is_host_name(host)) {
    throw UsageError(fmt::format(
        "{} is no host name; its parts have 1 to 63 letters, digits and inner hyphens, 253 in all",
        quoted(host)));
  }
}

}  // namespace

Target read_target(std::string_view text) {
  if (text.empty()) throw UsageError("the host is empty; give HOST[:PORT]");
  if (text.starts_with('[')) return read_bracketed(text);
  if (looks_like_ipv6(text)) {
    Target target = read_ipv6(text, text);
    target.note = note_on(text);
    return target;
  }
  if (text.find("//") != std::string_view::npos) {
    throw UsageError(
        fmt::format("{} is a URL; give only its host and port as HOST[:PORT]", quoted(text)));
  }
  const auto colon = text.find(':');
  const auto host = text.substr(0, colon);
  if (host.empty()) {
    throw UsageError(fmt::format("no host before the colon in {}; give HOST[:PORT]", quoted(text)));
  }
  check_host(host);
  if (colon == std::string_view::npos) return {.host = std::string(host)};
  return {.host = std::string(host), .ports = ports_behind_colon(text.substr(colon + 1), text)};
}

}  // namespace tracetcp::cli
