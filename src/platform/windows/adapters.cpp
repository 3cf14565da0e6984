#include "platform/windows/adapters.hpp"

#include "core/joined.hpp"
#include "platform/windows/ip_helper.hpp"
#include "platform/windows/sockets.hpp"
#include "platform/windows/text.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <cstring>

namespace tracetcp::windows {
namespace {

constexpr const char* device_prefix = "\\Device\\NPF_";

Adapter read(const IP_ADAPTER_ADDRESSES& entry) {
  Adapter adapter{.index = entry.IfIndex != 0 ? entry.IfIndex : entry.Ipv6IfIndex,
                  .guid = entry.AdapterName,
                  .name = utf8(entry.FriendlyName),
                  .description = utf8(entry.Description),
                  .type = entry.IfType,
                  .is_up = entry.OperStatus == IfOperStatusUp,
                  .mac = std::nullopt,
                  .addresses = {}};
  if (entry.PhysicalAddressLength == Mac().size()) {
    std::copy_n(std::begin(entry.PhysicalAddress), Mac().size(), adapter.mac.emplace().begin());
  }
  for (const auto* one = entry.FirstUnicastAddress; one != nullptr; one = one->Next) {
    const auto size = static_cast<std::size_t>(one->Address.iSockaddrLength);
    if (const auto end = endpoint_of(one->Address.lpSockaddr, size)) {
      adapter.addresses.push_back(end->address);
    }
  }
  return adapter;
}

bool is_meant(const Adapter& adapter, const std::string& name) {
  return name == adapter.name || name == adapter.guid || name == adapter.description ||
         name == device_of(adapter) || name == std::to_string(adapter.index);
}

}  // namespace

std::vector<Adapter> adapters() {
  constexpr ULONG flags =
      GAA_FLAG_SKIP_ANYCAST | GAA_FLAG_SKIP_MULTICAST | GAA_FLAG_SKIP_DNS_SERVER;
  std::vector<std::uint64_t> buffer;
  ULONG size = 16'384;  // bytes, as its documentation advises to begin with
  ULONG code = ERROR_BUFFER_OVERFLOW;
  constexpr int tries = 4;  // adapters may be added in between
  for (int i = 0; i < tries && code == ERROR_BUFFER_OVERFLOW; ++i) {
    buffer.resize(size / sizeof buffer.front() + 1);
    code = GetAdaptersAddresses(AF_UNSPEC, flags, nullptr,
                                reinterpret_cast<IP_ADAPTER_ADDRESSES*>(buffer.data()), &size);
  }
  std::vector<Adapter> found;
  if (code == ERROR_NO_DATA) return found;
  if (code != NO_ERROR) throw failure("cannot list the network adapters", code);
  const auto* entry = reinterpret_cast<const IP_ADAPTER_ADDRESSES*>(buffer.data());
  for (; entry != nullptr; entry = entry->Next) found.push_back(read(*entry));
  return found;
}

std::optional<Adapter> adapter_of(unsigned index) {
  for (Adapter& adapter : adapters()) {
    if (adapter.index == index) return std::move(adapter);
  }
  return std::nullopt;
}

Adapter adapter_named(const std::string& name) {
  const auto all = adapters();
  const auto found =
      std::find_if(all.begin(), all.end(), [&](const Adapter& one) { return is_meant(one, name); });
  if (found != all.end()) return *found;
  std::vector<std::string> names;
  for (const Adapter& adapter : all) names.push_back('"' + adapter.name + '"');
  throw Error(fmt::format("no interface {}; there are {}", name, joined(names, ", ")));
}

std::string device_of(const Adapter& adapter) {
  return device_prefix + adapter.guid;
}

}  // namespace tracetcp::windows
