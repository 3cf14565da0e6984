#include <tracetcp/address.hpp>

#include <arpa/inet.h>
#include <fmt/format.h>

namespace tracetcp {

std::optional<Address> Address::parse(std::string_view text) {
  in_addr parsed{};
  const std::string terminated(text);
  if (inet_pton(AF_INET, terminated.c_str(), &parsed) != 1) return std::nullopt;
  return Address(ntohl(parsed.s_addr));
}

std::string Address::text() const {
  return fmt::format("{}.{}.{}.{}", value_ >> 24, (value_ >> 16) & 0xff, (value_ >> 8) & 0xff,
                     value_ & 0xff);
}

}  // namespace tracetcp
