#include "decode/extension.hpp"

#include "decode_samples.hpp"

using namespace samples;
using tracetcp::MplsLabel;
using Labels = std::vector<MplsLabel>;

namespace {

// Offsets in the sample `mpls`, in bytes of the ICMP message.
constexpr std::size_t length_at = 5;
constexpr std::size_t extension_at = 136;
constexpr std::size_t checksum_at = 138;
constexpr std::size_t object_at = 140;

Octets message(const Octets& packet) {
  constexpr std::size_t ip_header_size = 20;
  return without_first(packet, ip_header_size);
}

Labels labels(const Octets& icmp_message) {
  return tracetcp::decoding::read_mpls_labels(tracetcp::Family::ipv4,
                                              tracetcp::decoding::View(icmp_message));
}

/// The sample `mpls` without a checksum, so that it may be changed.
Octets changeable() {
  return with(message(mpls), checksum_at, {0, 0});
}

const Labels both{{.label = 16004, .traffic_class = 5, .bottom = false, .ttl = 1},
                  {.label = 299776, .traffic_class = 0, .bottom = true, .ttl = 2}};

}  // namespace

TEST_CASE("all labels of a stack are read, outermost first") {
  CHECK(labels(message(mpls)) == both);
}

TEST_CASE("an extension without length attribute follows 128 bytes") {
  CHECK(labels(message(mpls_without_length)) ==
        Labels{{.label = 24001, .traffic_class = 3, .bottom = true, .ttl = 1}});
}

TEST_CASE("objects of other classes are passed over") {
  CHECK(labels(message(mpls_among_others)) ==
        Labels{{.label = 1048575, .traffic_class = 7, .bottom = true, .ttl = 255}});
}

TEST_CASE("a length attribute below 128 bytes still means 128") {
  CHECK(labels(with(message(mpls), length_at, {15})) == both);
  CHECK(labels(with(message(mpls), length_at, {1})) == both);
}

TEST_CASE("a length attribute that leads elsewhere finds no labels") {
  CHECK(labels(with(message(mpls), length_at, {33})).empty());
  CHECK(labels(with(message(mpls), length_at, {255})).empty());
}

TEST_CASE("a wrong checksum makes the extension worthless") {
  for (std::size_t at = extension_at; at < message(mpls).size(); ++at) {
    CAPTURE(at);
    const auto flipped = static_cast<std::uint8_t>(message(mpls)[at] ^ 0x10);
    CHECK(labels(with(message(mpls), at, {flipped})).empty());
  }
}

TEST_CASE("a checksum of zero was not computed") {
  CHECK(labels(changeable()) == both);
}

TEST_CASE("the checksum of an odd number of bytes") {
  // By hand: 2000 + 0008 + 0101 + 05dc + 1701 + 0009 + f701 + 0102 + 0304 + 0500 = 13df6, with the
  // carry 3df7; its complement is c208.
  const Octets extension = octets("2000c208 00080101 05dc1701 0009f701 0102030405");
  const Octets headers = first(message(mpls), extension_at);
  CHECK(labels(joined(headers, extension)).size() == 1);
  CHECK(labels(joined(headers, with(extension, 20, {6}))).empty());
}

TEST_CASE("only version 2 is known") {
  CHECK(labels(with(changeable(), extension_at, {0x10})).empty());
  CHECK(labels(with(changeable(), extension_at, {0x30})).empty());
}

TEST_CASE("reserved bits of the header don't matter") {
  CHECK(labels(with(changeable(), extension_at, {0x2f, 0xff})) == both);
}

TEST_CASE("an object of another class or C-Type holds no labels") {
  CHECK(labels(with(changeable(), object_at + 2, {2})).empty());
  CHECK(labels(with(changeable(), object_at + 3, {2})).empty());
}

TEST_CASE("a malformed object length ends the reading") {
  const Octets two_objects = joined(changeable(), octets("00080101 00064101"));
  for (const std::uint8_t length : octets("00 01 02 03 15 ff")) {
    CAPTURE(length);
    CHECK(labels(with(two_objects, object_at + 1, {length})).empty());
    // What was read before stays.
    CHECK(labels(with(two_objects, object_at + 13, {length})) == both);
  }
}

TEST_CASE("nothing is read after an object shorter than its header") {
  const Octets headers = first(message(mpls), extension_at);
  CHECK(labels(joined(headers, octets("20000000 0002 00080101 05dc1701"))).empty());
}

TEST_CASE("a second stack continues the first") {
  const Labels read = labels(joined(changeable(), octets("00080101 00064101")));
  REQUIRE(read.size() == 3);
  CHECK(read[2] == MplsLabel{.label = 100, .traffic_class = 0, .bottom = true, .ttl = 1});
}

TEST_CASE("an object that is no whole number of labels is read as far as it goes") {
  CHECK(labels(with(changeable(), object_at + 1, {11})) == Labels{both[0]});
  CHECK(labels(with(changeable(), object_at + 1, {4})).empty());
}

TEST_CASE("an extension that was cut off is not believed") {
  for (std::size_t size = 0; size < message(mpls).size(); ++size) {
    CAPTURE(size);
    CHECK(labels(first(message(mpls), size)).empty());
  }
}
