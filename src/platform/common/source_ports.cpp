#include "platform/source_ports.hpp"

#include <tracetcp/error.hpp>

#include <fmt/core.h>

namespace tracetcp {

SourcePorts::SourcePorts(const Address& source, unsigned zone, std::optional<Port> first,
                         std::uint16_t count, PortSharing sharing)
    : zone_(zone), sharing_(sharing) {
  if (first) {
    if (first->value + count > 65536) {
      throw Error(
          fmt::format("source port {} leaves no room for the {} ports that are needed; choose "
                      "a lower one with --source-port",
                      first->value, count));
    }
    if (reserve(source, *first, count)) return;
    throw Error(
        fmt::format("source port {} is in use; choose another with --source-port", first->value));
  }
  constexpr int tries = 100;  // blocks of ports collide with those of other programs
  for (int i = 0; i < tries; ++i) {
    const auto start = find_free(source);
    if (start && start->value + count <= 65536 && reserve(source, *start, count)) return;
  }
  throw Error(fmt::format("no {} free source ports in a row on {}", count, source.text()));
}

SourcePorts::~SourcePorts() {
  release();
}

}  // namespace tracetcp
