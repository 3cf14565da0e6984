// The bytes of a SYN with TTL 5, in hexadecimal, from its IP header on.
#include <tracetcp/tracetcp.hpp>

#include <cstdio>

int main() {
  tracetcp::Syn syn;
  syn.flow.source = {*tracetcp::Address::parse("192.0.2.1"), tracetcp::Port{40000}};
  syn.flow.target = {*tracetcp::Address::parse("198.51.100.7"), tracetcp::Port{443}};
  syn.ttl = tracetcp::Ttl{5};
  syn.tag = {.isn = {0x01020304}, .ip_id = {7}, .tsval = {1}};
  for (const std::uint8_t byte : tracetcp::SynBuilder().build(syn)) std::printf("%02x", byte);
  std::puts("");
}
