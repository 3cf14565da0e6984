#include <tracetcp/address.hpp>

#include <arpa/inet.h>

#include <array>
#include <charconv>

namespace tracetcp {

std::optional<Address> Address::parse(std::string_view text) {
  in_addr parsed{};
  const std::string terminated(text);
  if (inet_pton(AF_INET, terminated.c_str(), &parsed) != 1) return std::nullopt;
  return Address(ntohl(parsed.s_addr));
}

std::string Address::text() const {
  std::array<char, sizeof "255.255.255.255"> buffer{};
  char* end = buffer.data();
  for (int shift = 24; shift >= 0; shift -= 8) {
    end = std::to_chars(end, buffer.data() + buffer.size(), value_ >> shift & 0xff).ptr;
    *end++ = '.';
  }
  return {buffer.data(), end - 1};
}

}  // namespace tracetcp
