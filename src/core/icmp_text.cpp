#include <tracetcp/reply.hpp>

namespace tracetcp {

std::string_view icmp_text(std::uint8_t, std::uint8_t) {
  return "unknown";
}

}  // namespace tracetcp
