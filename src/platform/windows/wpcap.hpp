#pragma once

#include <string>

namespace tracetcp::windows {

/// Loads Npcap's wpcap.dll where that is not done yet. What libpcap's headers declare is called in
/// it from then on. Returns an empty string, or what to do where there is none.
std::string load_wpcap();

}  // namespace tracetcp::windows
