#include <tracetcp/address.hpp>

#include <arpa/inet.h>

#include <array>
#include <cstring>

namespace tracetcp {
namespace {

char* write_ipv4(char* end, std::uint32_t number) {
  for (int shift = 24; shift >= 0; shift -= 8) {
    const std::uint32_t part = number >> shift & 0xff;
    if (part >= 100) *end++ = static_cast<char>('0' + part / 100);
    if (part >= 10) *end++ = static_cast<char>('0' + part / 10 % 10);
    *end++ = static_cast<char>('0' + part % 10);
    if (shift > 0) *end++ = '.';
  }
  return end;
}

}  // namespace

std::optional<Address> Address::parse_ipv4(std::string_view text) {
  in_addr parsed{};
  const std::string terminated(text);
  if (inet_pton(AF_INET, terminated.c_str(), &parsed) != 1) return std::nullopt;
  return Address(ntohl(parsed.s_addr));
}

std::optional<Address> Address::parse(std::string_view text) {
  if (const auto ipv4 = parse_ipv4(text)) return ipv4;
  std::array<std::uint8_t, ipv6_size> bytes{};
  const std::string terminated(text);
  if (inet_pton(AF_INET6, terminated.c_str(), bytes.data()) != 1) return std::nullopt;
  return Address(Bytes(bytes));
}

std::string Address::text() const {
  std::string text;
  append_to(text, *this);
  return text;
}

char* write_to(char* buffer, const Address& address) {
  if (address.family() == Family::ipv4) return write_ipv4(buffer, address.ipv4());
  const auto bytes = address.bytes();
  std::array<char, Address::longest_text + 1> text{};
  inet_ntop(AF_INET6, bytes.data(), text.data(), text.size());
  const std::size_t length = std::strlen(text.data());
  std::memcpy(buffer, text.data(), length);
  return buffer + length;
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
