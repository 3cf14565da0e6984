#include "platform/arguments.hpp"

namespace tracetcp {

std::vector<std::string> arguments_of(int argc, char** argv) {
  return {argv, argv + argc};
}

}  // namespace tracetcp
