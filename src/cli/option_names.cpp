#include "cli/options.hpp"

namespace tracetcp {

std::string_view name(Method method) {
  switch (method) {
    case Method::automatic:
      return "auto";
    case Method::raw:
      return "raw";
    case Method::link:
      return "link";
    case Method::connect:
      return "connect";
  }
  return "unknown";
}

std::string_view name(Expectation expectation) {
  switch (expectation) {
    case Expectation::open:
      return "open";
    case Expectation::closed:
      return "closed";
    case Expectation::blocked:
      return "blocked";
  }
  return "unknown";
}

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

std::string_view name(TagMode mode) {
  switch (mode) {
    case TagMode::id:
      return "id";
    case TagMode::isn:
      return "isn";
    case TagMode::port:
      return "port";
    case TagMode::flow:
      return "flow";
  }
  return "unknown";
}

}  // namespace tracetcp
