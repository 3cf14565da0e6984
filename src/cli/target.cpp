#include "cli/target.hpp"

#include "cli/limits.hpp"
#include "cli/port_words.hpp"
#include "cli/values.hpp"

#include <tracetcp/address.hpp>
#include <tracetcp/error.hpp>

#include <fmt/core.h>

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

void check_host(std::string_view host) {
  if (Address::parse_ipv4(host)) return;
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
  if (looks_like_ipv6(text)) {
    throw UsageError(fmt::format("IPv6 is not traced yet; give an IPv4 address or a name, not {}",
                                 quoted(text)));
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
  if (colon == std::string_view::npos) return {std::string(host), {}};
  return {std::string(host), ports_behind_colon(text.substr(colon + 1), text)};
}

}  // namespace tracetcp::cli
