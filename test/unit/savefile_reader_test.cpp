#include "savefile/reader.hpp"
#include "scratch_file.hpp"

#include <tracetcp/error.hpp>

#include <doctest/doctest.h>

#include <bit>

using namespace tracetcp;
using namespace std::chrono_literals;

namespace {

// File and record headers by hand, after the IETF draft-ietf-opsawg-pcap. Big endian, microseconds.
const std::string big_endian_header(
    "\xa1\xb2\xc3\xd4"
    "\0\2\0\4"
    "\0\0\0\0\0\0\0\0"
    "\0\0\1\0"
    "\0\0\0\x65",
    24);
const std::string big_endian_record(
    "\0\0\0\x0a"
    "\0\0\0\3"
    "\0\0\0\2"
    "\0\0\0\x3c"
    "Hi",
    18);
// Little endian, nanoseconds, Ethernet.
const std::string nanosecond_header(
    "\x4d\x3c\xb2\xa1"
    "\2\0\4\0"
    "\0\0\0\0\0\0\0\0"
    "\0\1\0\0"
    "\1\0\0\0",
    24);
const std::string nanosecond_record(
    "\x0a\0\0\0"
    "\xff\xc9\x9a\x3b"
    "\1\0\0\0"
    "\1\0\0\0"
    "H",
    17);

std::string reading_error(const std::string& path) {
  try {
    SavefileReader reader(path);
  } catch (const Error& error) {
    return error.what();
  }
  return "";
}

}  // namespace

TEST_CASE("a savefile of either byte order and precision is read") {
  Frame frame;
  ScratchFile big(big_endian_header + big_endian_record + big_endian_record);
  SavefileReader reader(big.path());
  for (int i = 0; i < 2; ++i) {
    REQUIRE(reader.next(frame));
    CHECK(frame.link_type == LinkType::raw);
    CHECK(frame.time == TimePoint(10s + 3us));
    CHECK(std::string(frame.bytes.begin(), frame.bytes.end()) == "Hi");
    CHECK(frame.original_length == 60);
  }
  CHECK_FALSE(reader.next(frame));
  CHECK(reader.damage().empty());

  ScratchFile nano(nanosecond_header + nanosecond_record);
  SavefileReader nano_reader(nano.path());
  REQUIRE(nano_reader.next(frame));
  CHECK(frame.link_type == LinkType::ethernet);
  CHECK(frame.time == TimePoint(10s + 999'999'999ns));
}

TEST_CASE("a truncated savefile gives the frames before its end, then says so") {
  const std::string whole = big_endian_header + big_endian_record + big_endian_record;
  for (std::size_t missing = 1; missing < big_endian_record.size(); ++missing) {
    CAPTURE(missing);
    ScratchFile file(whole.substr(0, whole.size() - missing));
    SavefileReader reader(file.path());
    Frame frame;
    CHECK(reader.next(frame));
    CHECK_FALSE(reader.next(frame));
    CHECK(reader.damage().find(file.path() + " is damaged after 1 frames: ") == 0);
    CHECK_FALSE(reader.next(frame));
  }
}

TEST_CASE("a file that is no savefile, or is not there, is named") {
  CHECK(reading_error("nosuch.pcap") == "cannot read nosuch.pcap: No such file or directory");
  for (const std::string& text : {std::string(), std::string("not a capture at all, but a text"),
                                  big_endian_header.substr(0, 23)}) {
    ScratchFile file(text);
    CHECK(reading_error(file.path()).find("cannot read " + file.path() + ": ") == 0);
  }
}

TEST_CASE("times that no clock tells become the nearest that can be told") {
  std::string record = big_endian_record;
  record.replace(0, 8, 8, '\xff');  // 2106, and 4295 s worth of microseconds
  ScratchFile file(big_endian_header + record);
  SavefileReader reader(file.path());
  Frame frame;
  REQUIRE(reader.next(frame));
  CHECK(frame.time > TimePoint(4'294'000'000s));
}

TEST_CASE("records in this machine's order are read up to the first that is odd, then by libpcap") {
  const auto bytes_of = [](std::initializer_list<std::uint32_t> fields) {
    std::string text;
    for (const std::uint32_t field : fields) {
      text.append(reinterpret_cast<const char*>(&field), sizeof field);
    }
    return text;
  };
  const std::uint32_t version =
      std::endian::native == std::endian::little ? 0x00040002 : 0x00020004;
  const std::string header = bytes_of({0xa1b2c3d4, version, 0, 0, 262144, 1});
  std::string text = header;
  constexpr std::size_t records = 3000;
  for (std::uint32_t i = 0; i < records; ++i) {  // some are longer than what is read at a time
    const std::uint32_t length = i % 1000 == 999 ? 200'000 : i % 90;
    text += bytes_of({4'000'000'000U + i, i, length, length + 1});
    text += std::string(length, static_cast<char>(i));
  }
  std::string odd = bytes_of({5, 1'000'000, 2, 2}) + "ab";  // a second's worth of microseconds
  const std::string usual = bytes_of({7, 8, 2, 2}) + "cd";
  ScratchFile file(text + odd + usual + bytes_of({1, 2, 60, 60}) + "short");
  SavefileReader reader(file.path());
  Frame frame;
  for (std::uint32_t i = 0; i < records; ++i) {
    REQUIRE(reader.next(frame));
    const std::uint32_t length = i % 1000 == 999 ? 200'000 : i % 90;
    REQUIRE(frame.bytes.size() == length);
    CHECK(frame.original_length == length + 1);
    CHECK(frame.time == TimePoint(4'000'000'000s + i * 1us + i * 1s));
    if (length > 0) CHECK(frame.bytes.back() == static_cast<std::uint8_t>(i));
  }
  REQUIRE(reader.next(frame));
  CHECK(frame.bytes.front() == 'a');
  CHECK(frame.time == TimePoint(6s));
  REQUIRE(reader.next(frame));
  CHECK(frame.bytes.front() == 'c');
  CHECK(frame.time == TimePoint(7s + 8us));
  CHECK_FALSE(reader.next(frame));
  CHECK(reader.damage().find(file.path() + " is damaged after 3002 frames: ") == 0);
}
