#include "savefile/reader.hpp"
#include "scratch_file.hpp"

#include <tracetcp/error.hpp>

#include <doctest/doctest.h>

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
