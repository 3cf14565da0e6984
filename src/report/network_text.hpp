#pragma once

#include <tracetcp/networks.hpp>
#include <tracetcp/trace.hpp>

#include <string>

namespace tracetcp {

// Which network a hop is in, for reports in text. `networks` is null where no database is in use;
// then nothing is said.

/// "AS64500 Example Corp"; empty where it is not known.
std::string network_text(Address address, const Networks* networks);

/// The same for all that answered at a hop: each once, separated by commas.
std::string networks_text(const Hop& hop, const Networks* networks);

/// Adds a tab and `here`, where that is known and not the network of the last hop before `ttl`
/// whose network is known.
void add_network_change(std::string& row, const Trace& trace, Ttl ttl, const std::string& here,
                        const Networks* networks);

/// The same for a row that shows what ended the path.
void add_network_of_end(std::string& row, const Trace& trace, const Networks* networks);

}  // namespace tracetcp
