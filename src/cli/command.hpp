#pragma once

namespace tracetcp {

/// The whole program: what main() is given, and the exit status (0, 1, 2, 3 or 130) that it returns.
int command(int argc, const char* const* argv);

}  // namespace tracetcp
