#include <tracetcp/error.hpp>

#include <system_error>

namespace tracetcp {

Error Error::system(const std::string& what, int code, const std::string& remedy) {
  std::string message = what + ": " + std::generic_category().message(code);
  if (!remedy.empty()) message += "; " + remedy;
  return Error(message);
}

}  // namespace tracetcp
