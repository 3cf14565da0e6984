#pragma once

#include <string>

namespace tracetcp::cli {

/// For -?: usage, all options by group, examples.
std::string help_text();

/// For -v: the program's version and those of the libraries that touch packets.
std::string version_text();

}  // namespace tracetcp::cli
