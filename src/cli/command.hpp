#pragma once

namespace tracetcp::cli {

/// The whole program: takes what main() is given, and returns the exit status (0, 1, 2, 3 or 130).
int command(int argc, const char* const* argv);

}  // namespace tracetcp::cli
