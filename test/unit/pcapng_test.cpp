#include "savefile/pcapng.hpp"

#include "savefile/packed.hpp"
#include "savefile/reader.hpp"
#include "scratch_file.hpp"

#include <tracetcp/error.hpp>

#include <doctest/doctest.h>

#include <algorithm>
#include <string>

using namespace tracetcp;
using namespace std::chrono_literals;

namespace {

// Blocks by hand, after draft-ietf-opsawg-pcapng.

class Pcapng {
 public:
  explicit Pcapng(bool big_endian = false) : big_endian_(big_endian) {}

  Pcapng& section() {
    return block(0x0a0d0d0a, u32(0x1a2b3c4d) + u16(1) + u16(0) + std::string(8, '\xff'));
  }
  Pcapng& interface(std::uint16_t link_type, std::uint32_t snap_length,
                    const std::string& options = "") {
    return block(1, u16(link_type) + u16(0) + u32(snap_length) + options);
  }
  Pcapng& packet(std::uint32_t interface, std::uint64_t stamp, const std::string& data) {
    return block(6, u32(interface) + u32(static_cast<std::uint32_t>(stamp >> 32)) +
                        u32(static_cast<std::uint32_t>(stamp)) + size(data) + u32(1000) +
                        padded(data));
  }
  Pcapng& block(std::uint32_t type, const std::string& body) {
    const std::string whole = padded(body);
    const std::string length = u32(static_cast<std::uint32_t>(whole.size() + 12));
    text += u32(type) + length + whole + length;
    return *this;
  }

  [[nodiscard]] std::string u16(std::uint16_t value) const { return number(value, 2); }
  [[nodiscard]] std::string u32(std::uint32_t value) const { return number(value, 4); }
  [[nodiscard]] std::string u64(std::uint64_t value) const { return number(value, 8); }
  [[nodiscard]] std::string option(std::uint16_t code, const std::string& value) const {
    return u16(code) + u16(static_cast<std::uint16_t>(value.size())) + padded(value);
  }

  std::string text;

 private:
  [[nodiscard]] std::string size(const std::string& data) const {
    return u32(static_cast<std::uint32_t>(data.size()));
  }
  [[nodiscard]] std::string number(std::uint64_t value, int size_of_it) const {
    std::string out;
    for (int i = 0; i < size_of_it; ++i) out += static_cast<char>(value >> (8 * i) & 0xff);
    if (big_endian_) std::reverse(out.begin(), out.end());
    return out;
  }
  static std::string padded(std::string data) {
    data.resize((data.size() + 3) / 4 * 4);
    return data;
  }

  bool big_endian_;
};

struct PcapngFrame {
  LinkType link_type;
  std::string bytes;
  TimePoint time;
};

struct PcapngResult {
  std::vector<PcapngFrame> frames;
  std::string damage;
};

PcapngResult read_pcapng(const std::string& content) {
  ScratchFile file(content);
  SavefileReader reader(file.path());
  PcapngResult result;
  for (Frame frame; reader.next(frame);) {
    result.frames.push_back(
        {frame.link_type, {frame.bytes.begin(), frame.bytes.end()}, frame.time});
  }
  result.damage = reader.damage();
  const auto path = result.damage.find(file.path());
  if (path != std::string::npos) result.damage.erase(path, file.path().size() + 1);
  return result;
}

std::string pcapng_damage(const Pcapng& file) {
  return read_pcapng(file.text).damage;
}

}  // namespace

TEST_CASE("interfaces of different link type, snap length and clock in one file") {
  for (const bool big_endian : {false, true}) {
    Pcapng file(big_endian);
    file.section()
        .interface(1, 64)
        .interface(101, 0, file.option(9, "\x09"))
        .interface(276, 262'144, file.option(9, "\x83") + file.option(14, file.u64(100)));
    file.packet(1, 10'000'000'001, "raw").packet(0, 11'000'002, "ether").packet(2, 9, "cooked");
    const PcapngResult result = read_pcapng(file.text);
    CAPTURE(big_endian);
    CHECK(result.damage.empty());
    REQUIRE(result.frames.size() == 3);
    CHECK(result.frames[0].link_type == LinkType::raw);
    CHECK(result.frames[0].bytes == "raw");
    CHECK(result.frames[0].time == TimePoint(10s + 1ns));
    CHECK(result.frames[1].link_type == LinkType::ethernet);
    CHECK(result.frames[1].time == TimePoint(11s + 2us));
    CHECK(result.frames[2].link_type == LinkType::linux_sll2);
    CHECK(result.frames[2].time == TimePoint(101s + 125ms));  // 9 eighths of a second
  }
}

TEST_CASE("each section has a byte order and interfaces of its own") {
  Pcapng little;
  Pcapng big(true);
  little.section().interface(1, 0).packet(0, 1, "first");
  big.section().interface(101, 0).packet(0, 2, "second");
  const PcapngResult result = read_pcapng(little.text + big.text + little.text);
  CHECK(result.damage.empty());
  REQUIRE(result.frames.size() == 3);
  CHECK(result.frames[1].bytes == "second");
  CHECK(result.frames[1].link_type == LinkType::raw);
  CHECK(result.frames[1].time == TimePoint(2us));
  CHECK(result.frames[2].link_type == LinkType::ethernet);
}

TEST_CASE("blocks without packets are passed over, old and simple packet blocks are read") {
  Pcapng file;
  file.section()
      .interface(1, 4)
      .block(4, "names")
      .block(0xbad, "custom")
      .block(0x12345678, std::string(20'000'000, 'x'))  // unknown, and larger than any packet's
      .packet(0, 7, "whole")
      .block(2, file.u16(0) + file.u16(9) + file.u32(0) + file.u32(8) + file.u32(3) + file.u32(3) +
                    "old")
      .block(3, file.u32(6) + "simple")
      .block(5, "statistics");
  const PcapngResult result = read_pcapng(file.text);
  CHECK(result.damage.empty());
  REQUIRE(result.frames.size() == 3);
  CHECK(result.frames[0].bytes == "whole");
  CHECK(result.frames[1].bytes == "old");
  CHECK(result.frames[1].time == TimePoint(8us));
  CHECK(result.frames[2].bytes == "simp");  // as much as the interface captures
  CHECK(result.frames[2].time == TimePoint(8us));
}

TEST_CASE("a stamp may count any part of a second, from any moment") {
  CHECK(pcapng_time(5, 0, 0) == TimePoint(5s));
  CHECK(pcapng_time(5'000'000'123, 9, 0) == TimePoint(5s + 123ns));
  CHECK(pcapng_time(5'000'000'123'999, 12, 0) == TimePoint(5s + 123ns));
  CHECK(pcapng_time(18'446'744'073'709'551'615U, 28, 0) == TimePoint(1ns));
  CHECK(pcapng_time(1, 127, 0) == TimePoint{});
  CHECK(pcapng_time(3, 0x81, 0) == TimePoint(1s + 500ms));
  CHECK(pcapng_time((std::uint64_t{7} << 30) + 1, 0x80 | 30, 0) == TimePoint(7s));
  CHECK(pcapng_time(std::uint64_t{3} << 62, 0x80 | 63, 0) == TimePoint(1s + 500ms));
  CHECK(pcapng_time(std::uint64_t{1} << 63, 0x80 | 64, 0) == TimePoint(500ms));
  CHECK(pcapng_time(std::uint64_t{1} << 63, 0x80 | 70, 0) == TimePoint(7'812'500ns));
  CHECK(pcapng_time(~std::uint64_t{0}, 0xff, 0) == TimePoint{});
  CHECK(pcapng_time(5, 0, -2) == TimePoint(3s));
  CHECK(pcapng_time(5, 0, -6) == TimePoint{});
  CHECK(pcapng_time(~std::uint64_t{0}, 0, INT64_MAX) == TimePoint(9'000'000'000s));
  CHECK(pcapng_time(0, 0, INT64_MIN) == TimePoint{});
}

TEST_CASE("what is wrong in a pcapng file is named, after the frames before it") {
  const auto begun = [] {
    Pcapng file;
    file.section().interface(1, 0).packet(0, 1, "good");
    return file;
  };
  Pcapng file = begun();
  CHECK(pcapng_damage(file.packet(1, 2, "x")) ==
        "is damaged after 1 frames: a packet is of interface 1, which is not described");
  file = begun();
  CHECK(pcapng_damage(file.block(6, std::string(16, '\0'))) ==
        "is damaged after 1 frames: a packet block is too short");
  file = begun();
  CHECK(
      pcapng_damage(file.block(6, file.u32(0) + file.u64(0) + file.u32(99) + file.u32(99) + "x")) ==
      "is damaged after 1 frames: a packet is longer than its block");
  file = begun();
  file.text.back() = 'x';
  CHECK(pcapng_damage(file) == "is damaged after 0 frames: a block's two lengths differ");
  file = begun();
  file.text += file.u32(6) + file.u32(4);
  CHECK(pcapng_damage(file) == "is damaged after 1 frames: a block has a length of 4");
  file = begun();
  file.text += file.u32(6) + file.u32(0xfffffff0);
  CHECK(pcapng_damage(file) == "is damaged after 1 frames: a block has a length of 4294967280");
  file = begun();
  CHECK(pcapng_damage(file.block(0x0a0d0d0a, file.u32(0x1a2b3c4d) + file.u16(2) + file.u16(0) +
                                                 std::string(8, '\xff'))) ==
        "is damaged after 1 frames: version 2 of pcapng is not known");
}

TEST_CASE("a pcapng file that is cut at any byte gives the frames before that") {
  Pcapng file;
  file.section().interface(1, 0).packet(0, 1, "one").packet(0, 2, "two");
  Pcapng one;
  one.section().interface(1, 0).packet(0, 1, "one");
  for (std::size_t size = one.text.size() + 1; size < file.text.size(); ++size) {
    CAPTURE(size);
    const PcapngResult result = read_pcapng(file.text.substr(0, size));
    CHECK(result.frames.size() == 1);
    CHECK(result.damage == "is damaged after 1 frames: the last block is cut short");
  }
}

TEST_CASE("what compressed a file is known by its first bytes") {
  const auto program = [](std::string_view first) -> std::string_view {
    const auto packing =
        packing_of({reinterpret_cast<const std::uint8_t*>(first.data()), first.size()});
    return packing ? packing->program : "";
  };
  CHECK(program("\x1f\x8b\x08...") == "gzip");
  CHECK(program("\x28\xb5\x2f\xfd..") == "zstd");
  CHECK(program({"\xfd"
                 "7zXZ\0",
                 6}) == "xz");
  CHECK(program("BZh91A") == "bzip2");
  CHECK(program("\x04\x22\x4d\x18..") == "lz4");
  CHECK(program("\x0a\x0d\x0d\x0a..") == "");
  CHECK(program("\x1f") == "");
}
