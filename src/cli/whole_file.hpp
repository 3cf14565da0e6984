#pragma once

#include <string>

namespace tracetcp::cli {

/// All of the file, "-" being standard input. Throws Error.
std::string whole_file(const std::string& file);

/// What messages and reports call it.
std::string input_name(const std::string& file);

}  // namespace tracetcp::cli
