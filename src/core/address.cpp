#include "core/address_text.hpp"

#include <tracetcp/address.hpp>

#include <array>

namespace tracetcp {

std::optional<Address> Address::parse_ipv4(std::string_view text) {
  const auto number = read_ipv4(text);
  return number ? std::optional(Address(*number)) : std::nullopt;
}

std::optional<Address> Address::parse(std::string_view text) {
  if (const auto ipv4 = parse_ipv4(text)) return ipv4;
  const auto bytes = read_ipv6(text);
  return bytes ? std::optional(Address(Bytes(*bytes))) : std::nullopt;
}

std::string Address::text() const {
  std::string text;
  append_to(text, *this);
  return text;
}

char* write_to(char* buffer, const Address& address) {
  return address.family() == Family::ipv4 ? write_ipv4(buffer, address.ipv4())
                                          : write_ipv6(buffer, address.bytes());
}

void append_to(std::string& text, const Address& address) {
  std::array<char, Address::longest_text> buffer{};
  text.append(buffer.data(), write_to(buffer.data(), address));
}

std::string text(const Endpoint& end) {
  const bool is_ipv4 = end.address.family() == Family::ipv4;
  std::string text = is_ipv4 ? "" : "[";
  append_to(text, end.address);
  text += is_ipv4 ? ":" : "]:";
  return text + std::to_string(end.port.value);
}

}  // namespace tracetcp
