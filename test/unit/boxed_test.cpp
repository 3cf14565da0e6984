#include <tracetcp/address_list.hpp>
#include <tracetcp/boxed.hpp>

#include <doctest/doctest.h>

#include <string>

using namespace tracetcp;

TEST_CASE("a box is copied with what is in it") {
  Boxed<std::string> box = std::string("one");
  Boxed<std::string> copy = box;
  *copy = "two";
  CHECK(*box == "one");
  copy = box;
  CHECK(copy->size() == 3);
  const Boxed<std::string>& itself = copy;
  copy = itself;
  CHECK(*copy == "one");
  const Boxed<std::string> moved = std::move(box);
  CHECK(*moved == "one");
  copy = std::nullopt;
  CHECK_FALSE(copy);
}

TEST_CASE("a box and an optional turn into each other") {
  CHECK(std::optional<std::string>(Boxed<std::string>(std::string("x"))) == "x");
  CHECK_FALSE(std::optional<std::string>(Boxed<std::string>()).has_value());
  CHECK(*Boxed<std::string>(std::optional<std::string>("y")) == "y");
  CHECK_FALSE(Boxed<std::string>(std::optional<std::string>()));
}

TEST_CASE("a list of addresses has each once, in the order they were added") {
  AddressList list;
  CHECK(list.empty());
  CHECK(list.begin() == list.end());
  for (const std::uint32_t value : {5U, 5U, 3U, 5U, 3U, 9U}) list.add_once(Address(value));
  CHECK(list.size() == 3);
  CHECK(list.front() == Address(5));
  CHECK(std::vector<Address>(list.begin(), list.end()) ==
        std::vector{Address(5), Address(3), Address(9)});
  AddressList other;
  other.add_once(Address(5));
  CHECK_FALSE(list == other);
  CHECK(AddressList(other) == other);
}
