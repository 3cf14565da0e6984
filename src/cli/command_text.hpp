#pragma once

#include <string>

namespace tracetcp::cli {

/// The command line, quoted so that a shell takes it for the same words. The program's name is
/// written as "tracetcp", however it was started.
std::string command_text(int argc, const char* const* argv);

}  // namespace tracetcp::cli
