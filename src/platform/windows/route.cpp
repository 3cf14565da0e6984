#include "platform/route.hpp"

#include "core/scope.hpp"
#include "platform/flow_routes.hpp"
#include "platform/windows/adapters.hpp"
#include "platform/windows/ip_helper.hpp"
#include "platform/windows/sockets.hpp"
#include "platform/windows/text.hpp"

#include <tracetcp/error.hpp>

#include <fmt/core.h>

#include <algorithm>
#include <memory>

namespace tracetcp {
namespace {

using windows::Adapter;

// What Route::type is.
constexpr unsigned char to_others = 1;
constexpr unsigned char to_this_machine = 2;

std::string way_to(const RouteQuery& query) {
  return fmt::format("cannot reach {}{}", query.target.text(),
                     query.interface.empty() ? "" : " by interface " + query.interface);
}

/// A row of the table of routes, and the source address that Windows chose; empty: it did not say.
struct Way {
  MIB_IPFORWARD_ROW2 row{};
  std::optional<Address> source;
};

bool covers(const MIB_IPFORWARD_ROW2& row, const Address& target) {
  const auto prefix = windows::endpoint_of(row.DestinationPrefix.Prefix);
  if (!prefix || prefix->address.family() != target.family()) return false;
  const auto one = prefix->address.bytes();
  const auto other = target.bytes();
  constexpr unsigned ipv4_offset = 96;  // an IPv4 address is the last 32 of 128 bits
  const unsigned end =
      row.DestinationPrefix.PrefixLength + (target.family() == Family::ipv4 ? ipv4_offset : 0U);
  for (unsigned bit = target.family() == Family::ipv4 ? ipv4_offset : 0; bit < end; ++bit) {
    const unsigned difference = static_cast<unsigned>(one[bit / 8] ^ other[bit / 8]);
    if ((difference >> (7 - bit % 8) & 1U) != 0) return false;
  }
  return true;
}

/// The longest prefix, and of these the lowest metric: what GetBestRoute2() does, where there is no
/// such call (Wine 8).
std::optional<Way> best_of_table(const RouteQuery& query, unsigned index) {
  MIB_IPFORWARD_TABLE2* table = nullptr;
  const auto family = static_cast<ADDRESS_FAMILY>(windows::socket_family(query.target.family()));
  if (GetIpForwardTable2(family, &table) != NO_ERROR) return std::nullopt;
  const std::unique_ptr<MIB_IPFORWARD_TABLE2, decltype(&FreeMibTable)> owner(table, FreeMibTable);
  std::optional<Way> best;
  for (ULONG i = 0; i < table->NumEntries; ++i) {
    const MIB_IPFORWARD_ROW2& row = table->Table[i];
    if (!covers(row, query.target) || (index != 0 && row.InterfaceIndex != index)) continue;
    const auto length = row.DestinationPrefix.PrefixLength;
    const auto known = best ? best->row.DestinationPrefix.PrefixLength : 0;
    if (best && (length < known || (length == known && row.Metric >= best->row.Metric))) continue;
    best = Way{.row = row, .source = std::nullopt};
  }
  return best;
}

Way ask(const RouteQuery& query, unsigned index) {
  windows::start_sockets();
  const SOCKADDR_INET target = windows::socket_address({query.target, Port{}}, index);
  SOCKADDR_INET wanted{};
  if (query.source) wanted = windows::socket_address({*query.source, Port{}}, index);
  Way way;
  SOCKADDR_INET source{};
  const DWORD code = GetBestRoute2(nullptr, index, query.source ? &wanted : nullptr, &target, 0,
                                   &way.row, &source);
  if (code == NO_ERROR) {
    if (const auto end = windows::endpoint_of(source)) way.source = end->address;
    return way;
  }
  if (code == ERROR_NOT_SUPPORTED) {
    if (auto found = best_of_table(query, index)) return *std::move(found);
    throw windows::failure(way_to(query), ERROR_NETWORK_UNREACHABLE,
                           "`route print` shows where packets can go");
  }
  throw windows::failure(way_to(query), code, "`route print` shows where packets can go");
}

bool is_ours(const Address& address, const std::vector<Adapter>& all) {
  return std::any_of(all.begin(), all.end(), [&](const Adapter& adapter) {
    const auto& ours = adapter.addresses;
    return std::find(ours.begin(), ours.end(), address) != ours.end();
  });
}

/// An address of the adapter's that the target can answer to; link-local ones are for the link.
std::optional<Address> source_on(const Adapter& adapter, const Address& target) {
  for (const Address& address : adapter.addresses) {
    const bool fits =
        address.family() == target.family() && is_link_local(address) == is_link_local(target);
    if (fits) return address;
  }
  return std::nullopt;
}

void require_ours(const Address& source, const std::vector<Adapter>& all) {
  if (is_ours(source, all)) return;
  throw Error(fmt::format("source address {} is not one of this machine's; `ipconfig` lists them",
                          source.text()));
}

Adapter require_adapter(const RouteQuery& query, const std::vector<Adapter>& all, unsigned index) {
  for (const Adapter& adapter : all) {
    if (adapter.index == index) return adapter;
  }
  throw Error(way_to(query) + ": its route names no interface");
}

}  // namespace

// Windows is asked by calls, not by a socket that could be kept. FlowRoutes has one too.
class Netlink {};

Routes::Routes() = default;
Routes::~Routes() = default;

Route Routes::find(const RouteQuery& query) {
  return find_route(query);
}

Route find_route(const RouteQuery& query) {
  const auto all = windows::adapters();
  if (query.source) require_ours(*query.source, all);
  unsigned index = 0;
  if (!query.interface.empty()) {
    const Adapter asked = windows::adapter_named(query.interface);
    if (!asked.is_up) throw Error(fmt::format("interface {} is down", query.interface));
    index = asked.index;
  }
  const Way way = ask(query, index);
  const Adapter adapter = require_adapter(query, all, way.row.InterfaceIndex);
  const bool is_here = is_ours(query.target, all) || is_loopback(query.target);
  Route route{.interface = adapter.name,
              .interface_index = adapter.index,
              .type = is_here ? to_this_machine : to_others,
              .source = Address(),
              .gateway = std::nullopt};
  const auto source = query.source ? query.source
                      : way.source ? way.source
                                   : source_on(adapter, query.target);
  if (!source) {
    throw Error(fmt::format("{}: {} has no {} address to send from", way_to(query), adapter.name,
                            name(query.target.family())));
  }
  route.source = *source;
  const auto next = windows::endpoint_of(way.row.NextHop);
  const bool has_gateway = next && next->address != Address() && next->address != query.target &&
                           (next->address.upper() != 0 || next->address.lower() != 0);
  if (has_gateway && !is_here) route.gateway = Gateway{next->address};
  return route;
}

bool same_way(const Route& one, const Route& other) {
  return one.interface_index == other.interface_index && one.gateway == other.gateway;
}

LinkHeader link_header(const std::string& interface) {
  constexpr unsigned virtual_adapter = 53;  // IF_TYPE_PROP_VIRTUAL: Wintun, as of WireGuard
  switch (windows::adapter_named(interface).type) {
    case IF_TYPE_ETHERNET_CSMACD:
    case IF_TYPE_IEEE80211:  // to which Npcap gives headers of Ethernet
      return LinkHeader::ethernet;
    case IF_TYPE_PPP:
    case IF_TYPE_TUNNEL:
    case virtual_adapter:
      return LinkHeader::none;
    default:
      return LinkHeader::other;
  }
}

bool is_local(const Route& route) {
  return route.type == to_this_machine;
}

// Npcap captures on one adapter at a time.
bool is_only_way_back(const Route& /*route*/) {
  return true;
}

// Flows of raw sockets are asked for alone, and there are none here.
FlowRoutes::FlowRoutes(const RouteQuestion& usual) : usual_(usual) {}
FlowRoutes::~FlowRoutes() = default;
unsigned FlowRoutes::interface_of(Port /*source*/, Port /*target*/) {
  return usual_.interface_index;
}

}  // namespace tracetcp
