#include <tracetcp/address.hpp>

#include <arpa/inet.h>

#include <array>

namespace tracetcp {

std::optional<Address> Address::parse(std::string_view text) {
  in_addr parsed{};
  const std::string terminated(text);
  if (inet_pton(AF_INET, terminated.c_str(), &parsed) != 1) return std::nullopt;
  return Address(ntohl(parsed.s_addr));
}

std::string Address::text() const {
  std::string text;
  append_to(text, *this);
  return text;
}

char* write_to(char* buffer, Address address) {
  char* end = buffer;
  for (int shift = 24; shift >= 0; shift -= 8) {
    const std::uint32_t part = address.value() >> shift & 0xff;
    if (part >= 100) *end++ = static_cast<char>('0' + part / 100);
    if (part >= 10) *end++ = static_cast<char>('0' + part / 10 % 10);
    *end++ = static_cast<char>('0' + part % 10);
    if (shift > 0) *end++ = '.';
  }
  return end;
}

void append_to(std::string& text, Address address) {
  std::array<char, Address::longest_text> buffer{};
  text.append(buffer.data(), write_to(buffer.data(), address));
}

}  // namespace tracetcp
