#pragma once

namespace tracetcp {

/// Gives up, for good and in all threads made later, every capability and the right to gain new
/// ones; a setuid program becomes its caller. What is open stays open. Throws Error.
void drop_privileges();

}  // namespace tracetcp
