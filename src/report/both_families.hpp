#pragma once

#include <tracetcp/names.hpp>
#include <tracetcp/page.hpp>
#include <tracetcp/trace.hpp>

#include <span>
#include <string>
#include <vector>

namespace tracetcp {

/// How the traces of one port ended over each family.
struct PortOverBoth {
  const Trace* ipv4 = nullptr;
  const Trace* ipv6 = nullptr;
};

/// Pairs traces of the same port, in the order of the first, without those that are there to
/// compare with. Each has its diagnosis.
std::vector<PortOverBoth> pair_by_port(std::span<const PageTrace> ipv4,
                                       std::span<const PageTrace> ipv6);

/// A line for each port: whether it ends alike over both families, and how it ends.
std::vector<std::string> both_lines(std::span<const PortOverBoth> ports, const Names& names);

/// One object of all ports, with the line's end. `host`: as the user named it.
std::string both_json(std::span<const PortOverBoth> ports, const std::string& host);

}  // namespace tracetcp
