#pragma once

#include <tracetcp/address.hpp>
#include <tracetcp/names.hpp>

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace tracetcp {

/// The addresses of a host name, of one family or of both, one at least, each once, from the hosts
/// file or DNS, in the order of RFC 6724: those that this machine can reach come first. Waits for
/// the answer, at most some seconds. Throws Error that names the host and says whether it does not
/// exist, has no such address, or no DNS server answered.
std::vector<Address> resolve_host(const std::string& host, std::optional<Family> family = {});

/// Reverse look-ups by c-ares in a thread of its own. `on_answer` is called from that thread after
/// each answer and must do no more than wake a waiting thread. Where no DNS server can be used all
/// names are empty. `servers` ("127.0.0.1:5300,...") takes the place of the system's; empty: the
/// system's.
std::unique_ptr<Names> dns_names(std::function<void()> on_answer, const std::string& servers = "");

}  // namespace tracetcp
