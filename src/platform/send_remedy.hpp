#pragma once

#include <tracetcp/departure.hpp>

#include <string>

namespace tracetcp {

/// What to do where a SYN can't leave, for that errno; may be empty.
std::string send_remedy(int code);

/// Whether that failure to send may pass without anybody's help: an interface that goes down and up
/// again (roaming, renegotiation) takes its routes away for that time.
bool may_pass(int code);

/// Whether this machine's packet filter refuses that packet, but perhaps not the next one.
bool is_refusal(int code);
Refusal refused_by_firewall(int code);

}  // namespace tracetcp
