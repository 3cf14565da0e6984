#include "report/json_writer.hpp"

#include <doctest/doctest.h>

#include <nlohmann/json.hpp>

#include <limits>

using namespace tracetcp;

namespace {

template <class Value>
std::string written(const Value& value) {
  std::string text;
  JsonWriter(text).add(value);
  return text;
}

}  // namespace

TEST_CASE("objects and arrays: commas between, none at the ends") {
  std::string text = "before ";
  {
    JsonWriter json(text);
    json.begin_object();
    json.add("a", 1);
    json.key("b");
    json.begin_array();
    json.begin_object();
    json.end_object();
    json.add(true);
    json.begin_array();
    json.end_array();
    json.add("x");
    json.end_array();
    json.add("c", false);
    json.end_object();
  }
  CHECK(text == R"(before {"a":1,"b":[{},true,[],"x"],"c":false})");
}

TEST_CASE("strings are escaped, and what is not UTF-8 is replaced") {
  CHECK(written("") == R"("")");
  CHECK(written("plain, ~ text") == R"("plain, ~ text")");
  CHECK(written("a\"b\\c\nd\x01") == R"("a\"b\\c\nd\u0001")");
  CHECK(written("Z\xc3\xbcrich") == "\"Z\xc3\xbcrich\"");
  CHECK(written("\xff!") == "\"\xef\xbf\xbd!\"");
}

TEST_CASE("numbers are written as by nlohmann::json") {
  for (const double value : {0.0, 1.0, 0.5, 1.042, 170.3, 1e-6, 0.000123, 86'400'000.123456, -2.5,
                             1e15, 1e16, 0.3333333333333333}) {
    CHECK(written(value) == nlohmann::json(value).dump());
  }
  CHECK(written(0) == "0");
  CHECK(written(std::uint8_t{255}) == "255");
  CHECK(written(-7) == "-7");
  CHECK(written(std::numeric_limits<std::uint32_t>::max()) == "4294967295");
}

TEST_CASE("texts of any length, long pieces among short ones") {
  std::string text;
  nlohmann::json wanted = nlohmann::json::array();
  {
    JsonWriter json(text);
    json.begin_array();
    for (std::size_t length = 0; length < 2500; length += 7) {
      const std::string piece(length, 'x');
      json.add(piece);
      json.add(Address(0xffffffff));
      json.add(1.5);
      wanted.insert(wanted.end(), {piece, "255.255.255.255", 1.5});
    }
    json.end_array();
  }
  CHECK(text == wanted.dump());
}
