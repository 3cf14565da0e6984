#include "cli/port_words.hpp"

#include "cli/limits.hpp"
#include "cli/values.hpp"
#include "platform/services.hpp"

#include <tracetcp/error.hpp>

#include <fmt/core.h>

#include <algorithm>

namespace tracetcp::cli {
namespace {

constexpr std::string_view decimal_digits = "0123456789";

bool is_number(std::string_view text) {
  if (text.starts_with('-')) text.remove_prefix(1);
  return !text.empty() && text.find_first_not_of(decimal_digits) == std::string_view::npos;
}

/// Calls `each` with all parts between commas; what it returns says whether to go on.
template <class Each>
bool all_parts(std::string_view text, Each each) {
  while (true) {
    const auto comma = text.find(',');
    if (!each(text.substr(0, comma))) return false;
    if (comma == std::string_view::npos) return true;
    text.remove_prefix(comma + 1);
  }
}

/// Where a range has its hyphen; npos: it is one port. A hyphen that begins is a minus.
std::size_t hyphen_of(std::string_view part) {
  const auto hyphen = part.find('-', 1);
  if (hyphen == std::string_view::npos || find_service(std::string(part))) {
    return std::string_view::npos;
  }
  return hyphen;
}

void add_range(PortList& ports, const std::string& what, Port first, char between, Port last) {
  if (last < first) {
    throw UsageError(fmt::format("{}: {} to {} ends before it begins; did you mean {}{}{}?", what,
                                 first.value, last.value, last.value, between, first.value));
  }
  ports.add(first, last);
}

void add_part(PortList& ports, const std::string& what, std::string_view part) {
  if (part.empty()) {
    throw UsageError(
        fmt::format("{}: a port is missing beside a comma; give ports as in 22,80-90", what));
  }
  const auto hyphen = hyphen_of(part);
  if (hyphen == std::string_view::npos) {
    ports.add(read_port(what, part), read_port(what, part));
    return;
  }
  const auto first = part.substr(0, hyphen);
  const auto last = part.substr(hyphen + 1);
  if (last.empty()) {
    throw UsageError(fmt::format("{}: a port is missing behind {}; give ports as in 22,80-90", what,
                                 quoted(part)));
  }
  if (!is_number(first) && !is_number(last)) {
    throw UsageError(
        fmt::format("{}: {} is no service of this system, and a range of services is two words "
                    "as in -r ssh http; give numbers as in 20-80",
                    what, quoted(part)));
  }
  const auto end = [&](std::string_view text) {
    return Port{static_cast<std::uint16_t>(read_number(what, text, port_range))};
  };
  add_range(ports, what, end(first), '-', end(last));
}

}  // namespace

std::optional<Port> find_service(const std::string& name) {
  const auto port = tcp_service(name);
  return port ? std::optional(Port{*port}) : std::nullopt;
}

Port read_port(const std::string& what, std::string_view text) {
  if (is_number(text)) {
    return Port{static_cast<std::uint16_t>(read_number(what, text, port_range))};
  }
  if (const auto port = find_service(std::string(text))) return *port;
  throw UsageError(fmt::format("{}: {} is neither a number from {} nor a service of this system",
                               what, quoted(text), port_range.text()));
}

bool stands_alone(std::string_view word) {
  return word.find(',') != std::string_view::npos || hyphen_of(word) != std::string_view::npos;
}

PortList read_ports(const std::string& what, std::string_view text) {
  PortList ports;
  constexpr char blank_between = ' ';
  if (const auto blank = text.find(blank_between); blank != std::string_view::npos) {
    const Port first = read_port(what, text.substr(0, blank));
    const auto second = text.substr(blank + 1);
    if (!is_number(second) && !find_service(std::string(second))) {
      throw UsageError(
          fmt::format("{} takes two ports, or a list in one word, and {} is no port; for port {} "
                      "alone write HOST:{}",
                      what, quoted(second), first.value, first.value));
    }
    add_range(ports, what, first, blank_between, read_port(what, second));
    return ports;
  }
  all_parts(text, [&](std::string_view part) {
    add_part(ports, what, part);
    return true;
  });
  return ports;
}

bool looks_like_ports(std::string_view word) {
  return all_parts(word, [](std::string_view part) {
    return (!part.empty() && part.find_first_not_of("0123456789-") == std::string_view::npos) ||
           find_service(std::string(part)).has_value();
  });
}

}  // namespace tracetcp::cli
