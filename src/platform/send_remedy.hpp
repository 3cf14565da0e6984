#pragma once

#include <string>

namespace tracetcp {

/// What to do where a SYN can't leave, for that errno; may be empty.
std::string send_remedy(int code);

}  // namespace tracetcp
