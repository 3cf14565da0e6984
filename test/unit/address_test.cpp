#include <tracetcp/address.hpp>

#include <doctest/doctest.h>

using tracetcp::Address;

TEST_CASE("an address is read from dotted decimal and written back") {
  CHECK(Address::parse("192.168.0.1")->value() == 0xc0a80001);
  CHECK(Address(0xc0a80001).text() == "192.168.0.1");
}

TEST_CASE("what is not four decimal parts is no address") {
  for (const char* text : {"", "1", "1.2.3", "1.2.3.4.5", "1.2.3.256", "1.2.3.4 ", "0x1.2.3.4"}) {
    CAPTURE(text);
    CHECK_FALSE(Address::parse(text).has_value());
  }
}
