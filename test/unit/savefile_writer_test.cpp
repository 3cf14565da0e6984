#include "message_of.hpp"
#include "savefile/reader.hpp"
#include "savefile/writer.hpp"
#include "scratch_file.hpp"

#include <tracetcp/error.hpp>

#include <doctest/doctest.h>

#include <array>

using namespace tracetcp;
using namespace std::chrono_literals;

namespace {

const std::array<std::uint8_t, 3> three{1, 2, 3};

Frame frame_at(Duration time, LinkType type = LinkType::ethernet, Bytes bytes = three) {
  return {.link_type = type, .bytes = bytes, .original_length = 60, .time = TimePoint(time)};
}

}  // namespace

TEST_CASE("a savefile is a header and records, little-endian") {
  const ScratchFile file("");
  SavefileWriter writer(file.path(), true);
  const std::string header("\x4d\x3c\xb2\xa1\2\0\4\0\0\0\0\0ttcp\0\0\4\0", 20);
  CHECK(file.content() == header + std::string("\x65\0\0\0", 4));  // raw IP, until a frame comes
  writer.write({});
  writer.write(std::array{frame_at(10s + 999'999'999ns)});
  CHECK(file.content() ==
        header + std::string("\1\0\0\0", 4) +
            std::string("\x0a\0\0\0\xff\xc9\x9a\x3b\3\0\0\0\x3c\0\0\0\1\2\3", 19));
}

TEST_CASE("what was written is read back, of every link type") {
  for (const LinkType type : {LinkType::null, LinkType::ethernet, LinkType::raw, LinkType::raw_old,
                              LinkType::linux_sll, LinkType::linux_sll2}) {
    const ScratchFile file("");
    SavefileWriter writer(file.path(), true);
    writer.write(std::array{frame_at(1s, type), frame_at(1s + 1ns, type, {})});
    writer.write(std::array{frame_at(4'294'967'295s, type)});  // 2106
    SavefileReader reader(file.path());
    Frame frame;
    std::vector<Duration> times;
    while (reader.next(frame)) {
      CHECK(frame.link_type == (type == LinkType::raw_old ? LinkType::raw : type));
      CHECK(frame.original_length == 60);
      CHECK(frame.bytes.size() == (times.size() == 1 ? 0 : 3));
      times.push_back(frame.time.time_since_epoch());
    }
    CHECK(times == std::vector<Duration>{1s, 1s + 1ns, 4'294'967'295s});
    CHECK(reader.damage().empty());
  }
}

TEST_CASE("frames of another link type are refused, and those with them") {
  const ScratchFile file("");
  SavefileWriter writer(file.path(), true);
  writer.write(std::array{frame_at(1s)});
  const std::string before = file.content();
  CHECK(message_of([&] {
          writer.write(std::array{frame_at(2s), frame_at(3s, LinkType::raw)});
        }) == "cannot write a frame of link type 101 to " + file.path() + ", whose link type is 1");
  CHECK(file.content() == before);
}

TEST_CASE("a file that is there is not overwritten unless that is asked for") {
  const ScratchFile file("mine");
  CHECK_THROWS_AS(SavefileWriter(file.path(), false), UsageError);
  CHECK(file.content() == "mine");
  SavefileWriter(file.path(), true).close();
  CHECK(file.content().size() == 24);
}

TEST_CASE("a full disk is an error that names the file") {
  SavefileWriter writer("/dev/full", true);
  CHECK(message_of([&] { writer.write(std::array{frame_at(1s)}); }) ==
        "cannot write /dev/full: No space left on device");
}
