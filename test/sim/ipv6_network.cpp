// Draws nothing but what IPv4 has not: a network of IPv4 is written down again with addresses of
// IPv6 of the same scope, so that what is true of it stays true.

#include "ipv6_network.hpp"

#include "drawn_network.hpp"

#include <fmt/core.h>

#include <array>
#include <cstdio>
#include <regex>
#include <string>

namespace simtest {
namespace {

/// Private ones become unique local (RFC 4193), those of documentation and the like become
/// documentation (RFC 3849), the others global.
std::string in_ipv6(const std::string& ipv4) {
  std::array<unsigned, 4> part{};
  if (std::sscanf(ipv4.c_str(), "%u.%u.%u.%u", part.data(), &part[1], &part[2], &part[3]) != 4) {
    return ipv4;
  }
  const auto [a, b, c, d] = part;
  const bool is_private = a == 10 || (a == 100 && b == 64) || (a == 192 && b == 168);
  const bool is_special = a == 198 || a == 203 || a == 192 || a == 169;
  const char* block = is_private ? "fd00" : is_special ? "2001:db8" : "2a00";
  return fmt::format("{}:{:x}:{:x}::{:x}", block, a << 8U | b, c + 1, d);
}

std::string with_ipv6_addresses(const std::string& toml) {
  static const std::regex address("\"([0-9]+\\.[0-9]+\\.[0-9]+\\.[0-9]+)\"");
  std::string text;
  auto rest = toml.cbegin();
  for (std::smatch match; std::regex_search(rest, toml.cend(), match, address);) {
    text.append(rest, match[0].first);
    text += "\"" + in_ipv6(match[1]) + "\"";
    rest = match[0].second;
  }
  return text.append(rest, toml.cend());
}

/// Calls change(line) for each line, which may be replaced by several.
template <class Change>
std::string with_lines(const std::string& toml, Change change) {
  std::string text;
  for (std::size_t at = 0; at < toml.size();) {
    const std::size_t end = toml.find('\n', at);
    text += change(toml.substr(at, end - at)) + "\n";
    at = end + 1;
  }
  return text;
}

template <class Value>
std::map<std::string, Value> in_ipv6(const std::map<std::string, Value>& by_address) {
  std::map<std::string, Value> all;
  for (const auto& [address, value] : by_address) all.emplace(in_ipv6(address), value);
  return all;
}

/// IPv6 has neither DF nor IP id. What clears DF sets the flow label instead.
void translate_changes(PortTruth& truth) {
  std::erase_if(truth.changes, [](const TrueChange& change) { return change.field == "IP id"; });
  for (TrueChange& change : truth.changes) {
    if (change.field == "DF") change.field = "flow label";
  }
}

}  // namespace

BoxedNetwork in_ipv6(const BoxedNetwork& ipv4, std::uint64_t seed) {
  Dice dice(seed ^ 0x69707636);
  const std::vector<std::string> headers = {"hop-by-hop", "routing", "fragment", "destination"};
  BoxedNetwork network = ipv4;
  network.target = in_ipv6(ipv4.target);
  const auto change = [&](const std::string& line) -> std::string {
    if (line == "clear_df = true") {
      return fmt::format("flow_label = {}", dice.one_in(2) ? 0 : dice.below(1 << 20));
    }
    const bool inserts = line.starts_with("[router.r") && dice.one_in(8);
    return inserts ? line + "\ninsert_headers = \"" + dice.one_of(headers) + "\"" : line;
  };
  // The client of an IPv4 network has a private address too.
  network.toml =
      "source = \"fd00:c0a8:1::2\"\n" + with_lines(with_ipv6_addresses(ipv4.toml), change);
  network.places = in_ipv6(ipv4.places);
  network.long_quote = in_ipv6(ipv4.long_quote);
  network.ambiguous.clear();
  for (const auto& address : ipv4.ambiguous) network.ambiguous.insert(in_ipv6(address));
  for (auto& [hop, address] : network.addresses) address = in_ipv6(address);
  for (auto& [port, truth] : network.ports) translate_changes(truth);
  return network;
}

}  // namespace simtest
