// Reads captures, and damaged copies of them, beside libpcap.
#include "savefile/reader.hpp"
#include "scratch_file.hpp"

#include <tracetcp/error.hpp>

#include <doctest/doctest.h>
#include <pcap/pcap.h>

#include <array>
#include <cstdint>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <random>
#include <string>
#include <vector>

using namespace tracetcp;

namespace {

/// What a reader says of a file: a line for each frame, and how it ended.
using Said = std::vector<std::string>;

std::string line(std::int64_t seconds, std::int64_t nanoseconds, std::size_t original,
                 std::size_t captured, const std::uint8_t* bytes) {
  std::uint64_t sum = 14695981039346656037U;  // FNV-1a
  for (std::size_t i = 0; i < captured; ++i) sum = (sum ^ bytes[i]) * 1099511628211U;
  return std::to_string(seconds) + '.' + std::to_string(nanoseconds) + ' ' +
         std::to_string(original) + ' ' + std::to_string(captured) + ' ' + std::to_string(sum);
}

Said by_libpcap(const std::string& path) {
  std::array<char, PCAP_ERRBUF_SIZE> message{};
  pcap_t* pcap = pcap_open_offline_with_tstamp_precision(path.c_str(), PCAP_TSTAMP_PRECISION_NANO,
                                                         message.data());
  if (pcap == nullptr) return {message.data()};
  Said said{std::to_string(pcap_datalink(pcap))};
  pcap_pkthdr* header = nullptr;
  const std::uint8_t* bytes = nullptr;
  int result = 0;
  while ((result = pcap_next_ex(pcap, &header, &bytes)) == 1) {
    // As 32 unsigned bits of seconds, and no time before 1970: see SavefileReader::next().
    const std::int64_t seconds = static_cast<std::uint32_t>(header->ts.tv_sec);
    const std::int64_t all = seconds * 1'000'000'000 + header->ts.tv_usec;
    const std::int64_t stamp = all < 0 ? 0 : all;
    said.push_back(
        line(stamp / 1'000'000'000, stamp % 1'000'000'000, header->len, header->caplen, bytes));
  }
  said.emplace_back(result == PCAP_ERROR_BREAK ? "" : pcap_geterr(pcap));
  pcap_close(pcap);
  return said;
}

/// What follows the last colon and blank, without the way out.
std::string reason_in(const std::string& text) {
  const auto colon = text.rfind(": ");
  const std::string reason = colon == std::string::npos ? text : text.substr(colon + 2);
  return reason.substr(0, reason.find("; give a capture"));
}

Said by_us(const std::string& path) {
  try {
    SavefileReader reader(path);
    Said said{""};
    for (Frame frame; reader.next(frame);) {
      const auto stamp = frame.time.time_since_epoch().count();
      said.front() = frame.link_type == LinkType::raw
                         ? std::to_string(DLT_RAW)
                         : std::to_string(static_cast<unsigned>(frame.link_type));
      said.push_back(line(stamp / 1'000'000'000, stamp % 1'000'000'000, frame.original_length,
                          frame.bytes.size(), frame.bytes.data()));
    }
    said.push_back(reason_in(reader.damage()));
    return said;
  } catch (const Error& error) {
    return {reason_in(error.what())};
  }
}

void compare(const std::string& path) {
  Said wanted = by_libpcap(path);
  Said got = by_us(path);
  wanted.back() = reason_in(wanted.back());
  if (got.size() == 2) got.front() = wanted.front();  // no frame, so no link type
  std::size_t same = 0;
  while (same < got.size() && same < wanted.size() && got[same] == wanted[same]) ++same;
  const auto at = [&](const Said& said) { return same < said.size() ? said[same] : "nothing"; };
  CHECK_MESSAGE(got == wanted, "line ", same, ": ", at(got), " instead of ", at(wanted));
}

}  // namespace

TEST_CASE("captures of the usual kind, whole and damaged, are read as libpcap reads them") {
  std::mt19937 random(7);  // NOLINT(cert-msc51-cpp): the same damage each time
  const ScratchFile scratch{""};
  int files = 0;
  for (const auto& entry : std::filesystem::directory_iterator(PCAPS)) {
    if (entry.path().extension() != ".pcap" || entry.file_size() > 100'000) continue;
    ++files;
    std::ifstream in(entry.path(), std::ios::binary);
    const std::string whole{std::istreambuf_iterator<char>(in), {}};
    for (int i = 0; i < 20; ++i) {
      std::string damaged = whole;
      // Lengths, versions and magic numbers are in the first bytes; i 0: nothing is changed.
      if (i > 0)
        damaged[random() % (i % 2 == 0 ? 40 : damaged.size())] = static_cast<char>(random());
      if (i > 10) damaged.resize(random() % damaged.size());
      if (damaged.size() >= 4 && damaged.substr(0, 2) == "\x1f\x8b") continue;  // packed
      std::ofstream(scratch.path(), std::ios::binary | std::ios::trunc) << damaged;
      CAPTURE(entry.path().string());
      CAPTURE(i);
      compare(scratch.path());
    }
  }
  CHECK(files > 5);
}
