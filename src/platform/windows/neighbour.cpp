#include "platform/neighbour.hpp"

#include "platform/windows/ip_helper.hpp"
#include "platform/windows/sockets.hpp"

#include <algorithm>

namespace tracetcp {
namespace {

/// What the table has of that neighbour.
std::optional<MIB_IPNET_ROW2> row_of(const Address& neighbour, unsigned interface_index) {
  MIB_IPNET_TABLE2* table = nullptr;
  const auto family = static_cast<ADDRESS_FAMILY>(windows::socket_family(neighbour.family()));
  if (GetIpNetTable2(family, &table) != NO_ERROR) return std::nullopt;
  const std::unique_ptr<MIB_IPNET_TABLE2, decltype(&FreeMibTable)> owner(table, FreeMibTable);
  for (ULONG i = 0; i < table->NumEntries; ++i) {
    const MIB_IPNET_ROW2& row = table->Table[i];
    const auto end = windows::endpoint_of(row.Address);
    if (row.InterfaceIndex == interface_index && end && end->address == neighbour) return row;
  }
  return std::nullopt;
}

std::optional<Mac> mac_in(const MIB_IPNET_ROW2& row) {
  Mac mac{};
  if (row.State < NlnsProbe || row.PhysicalAddressLength != mac.size()) return std::nullopt;
  std::copy_n(std::begin(row.PhysicalAddress), mac.size(), mac.begin());
  return mac;
}

}  // namespace

std::optional<Mac> find_neighbour(const Address& neighbour, unsigned interface_index) {
  const auto row = row_of(neighbour, interface_index);
  return row ? mac_in(*row) : std::nullopt;
}

struct NeighbourWatch::State {
  Address neighbour;
  unsigned interface_index;
};

NeighbourWatch::NeighbourWatch(const Address& neighbour, unsigned interface_index)
    : state_(new State{.neighbour = neighbour, .interface_index = interface_index}) {}

NeighbourWatch::~NeighbourWatch() = default;

bool NeighbourWatch::is_silent() {
  const auto row = row_of(state_->neighbour, state_->interface_index);
  return row && row->State < NlnsProbe;
}

std::optional<Mac> solicit_neighbour(const Address& neighbour, unsigned interface_index) {
  MIB_IPNET_ROW2 row{};
  row.Address = windows::socket_address({neighbour, Port{}}, interface_index);
  row.InterfaceIndex = interface_index;
  if (ResolveIpNetEntry2(&row, nullptr) != NO_ERROR) return std::nullopt;
  return mac_in(row);
}

}  // namespace tracetcp
