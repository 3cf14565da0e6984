#include "cli/options.hpp"

namespace tracetcp::cli {

std::string_view name(Colour colour) {
  switch (colour) {
    case Colour::automatic:
      return "auto";
    case Colour::always:
      return "always";
    case Colour::off:
      return "never";
  }
  return "unknown";
}

}  // namespace tracetcp::cli
