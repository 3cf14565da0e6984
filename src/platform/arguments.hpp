#pragma once

#include <string>
#include <vector>

namespace tracetcp {

/// What the program was called with, its own name first, in UTF-8 where it is text.
std::vector<std::string> arguments_of(int argc, char** argv);

}  // namespace tracetcp
