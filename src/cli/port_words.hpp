#pragma once

#include <tracetcp/number.hpp>
#include <tracetcp/port_list.hpp>

#include <optional>
#include <string>
#include <string_view>

namespace tracetcp::cli {

// How a user writes ports: 443, https, 22,80-90, ssh,http. `what` names the option or the part in
// messages; readers throw UsageError with one line.

/// By the system's services for TCP.
std::optional<Port> find_service(const std::string& name);

/// A number or a service.
Port read_port(const std::string& what, std::string_view text);

/// Whether a word after -r or -s is complete as it stands: a list or a range, not the first of two
/// ports. Names of services may hold hyphens.
bool stands_alone(std::string_view word);

/// "22,80-90,https", where ranges are of numbers; or two ports with a blank between them, the ends
/// of a range.
PortList read_ports(const std::string& what, std::string_view text);

/// Whether a word beside the host is meant as ports: numbers, in range or not, and services.
bool looks_like_ports(std::string_view word);

}  // namespace tracetcp::cli
