#include "savefile/pcap_records.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <array>
#include <cstring>
#include <limits>
#include <utility>

namespace tracetcp {
namespace {

constexpr std::size_t header_size = 24;
constexpr std::size_t magic_size = 4;
constexpr std::size_t version_at = magic_size;
constexpr std::size_t snapshot_at = 16;
constexpr std::size_t link_type_at = 20;

constexpr std::uint32_t of_microseconds = 0xa1b2c3d4;
constexpr std::uint32_t of_nanoseconds = 0xa1b23c4d;
constexpr std::uint32_t of_long_headers = 0xa1b2cd34;  // Alexey Kuznetsov's patches to libpcap
constexpr std::size_t long_header = 24;

/// What libpcap believes a record of most link types may hold, of two more, and of DG/UX's tcpdump.
constexpr std::size_t usual_limit = 262'144;
constexpr std::size_t large_limit = std::size_t{128} << 20;
constexpr std::size_t ebhscr_limit = std::size_t{8} << 20;
constexpr std::uint16_t dgux_version = 543;

std::uint32_t swapped(std::uint32_t value) {
  return value >> 24 | (value >> 8 & 0xff00U) | (value << 8 & 0xff0000U) | value << 24;
}

std::size_t limit_of(LinkType type) {
  constexpr std::uint32_t dbus = 231;
  constexpr std::uint32_t usb_pcap = 249;
  constexpr std::uint32_t ebhscr = 279;
  const auto number = static_cast<std::uint32_t>(type);
  if (number == dbus || number == usb_pcap) return large_limit;
  return number == ebhscr ? ebhscr_limit : usual_limit;
}

/// What operating systems number otherwise than files do.
LinkType named(std::uint32_t number) {
  constexpr std::uint32_t raw_of_linux = 12;
  constexpr std::uint32_t atm = 100;  // RFC 1483
  constexpr std::uint32_t live_atm = 11;
  if (number == raw_of_linux) return LinkType::raw;
  return static_cast<LinkType>(number == atm ? live_atm : number);
}

bool is_known(std::uint32_t magic) {
  return magic == of_microseconds || magic == of_nanoseconds || magic == of_long_headers;
}

}  // namespace

PcapRecords::PcapRecords(BufferedBytes& bytes) : bytes_(&bytes) {
  const auto header = bytes.peek(header_size);
  const std::size_t there = header.size();
  if (!read_magic(header)) return;
  if (there < header_size) {
    fault_ = fmt::format("truncated dump file; tried to read {} file header bytes, only got {}",
                         header_size, there - magic_size);
    return;
  }
  if (!read_version(header)) return;
  read_link_type(header);
  bytes.skip(header_size);
}

std::uint32_t PcapRecords::number(std::span<const std::uint8_t> bytes, std::size_t at) const {
  std::uint32_t value{};
  std::memcpy(&value, bytes.data() + at, sizeof value);
  return is_swapped_ ? swapped(value) : value;
}

std::uint16_t PcapRecords::number16(std::span<const std::uint8_t> bytes, std::size_t at) const {
  std::uint16_t value{};
  std::memcpy(&value, bytes.data() + at, sizeof value);
  return is_swapped_ ? static_cast<std::uint16_t>(value >> 8 | value << 8) : value;
}

bool PcapRecords::read_magic(std::span<const std::uint8_t> header) {
  if (header.size() < magic_size) {
    fault_ = fmt::format("truncated dump file; tried to read {} file header bytes, only got {}",
                         magic_size, header.size());
    return false;
  }
  std::uint32_t magic = number(header, 0);
  if (!is_known(magic)) {
    is_swapped_ = true;
    magic = number(header, 0);
  }
  if (!is_known(magic)) {
    fault_ = "unknown file format";
    return false;
  }
  if (magic == of_nanoseconds) parts_length_ = 1;
  if (magic == of_long_headers) record_header_ = long_header;
  return true;
}

bool PcapRecords::read_version(std::span<const std::uint8_t> header) {
  const std::uint16_t major = number16(header, version_at);
  const std::uint16_t minor = number16(header, version_at + 2);
  if (major < 2) {
    fault_ = "archaic pcap savefile format";
    return false;
  }
  const bool is_dgux = major == dgux_version && minor == 0;
  if (!is_dgux && (major > 2 || minor > 4)) {
    fault_ = fmt::format("unsupported pcap savefile version {}.{}", major, minor);
    return false;
  }
  if (is_dgux || minor < 3) lengths_ = Lengths::original_first;
  if (!is_dgux && minor == 3) lengths_ = Lengths::smaller_is_captured;
  return true;
}

void PcapRecords::read_link_type(std::span<const std::uint8_t> header) {
  const std::uint32_t field = number(header, link_type_at);
  constexpr std::uint32_t of_type = 0x03ffffff;  // above it is what is said of FCS
  link_type_ = named(field & of_type);
  const std::uint32_t snapshot = number(header, snapshot_at);
  const bool is_usable = snapshot != 0 && snapshot <= std::numeric_limits<std::int32_t>::max();
  snapshot_ = is_usable ? snapshot : limit_of(link_type_);
}

bool PcapRecords::fail(const std::string& why) {
  damage_ = bytes_->fault().empty() ? why : bytes_->fault();
  return false;
}

/// The 32 bits of seconds are taken as unsigned: until 2106. Of the parts of a second those of this
/// machine's byte order are signed, as libpcap has it: a hostile file may hold any number.
TimePoint PcapRecords::time(std::span<const std::uint8_t> header) const {
  const std::uint32_t parts = number(header, 4);
  const std::int64_t count =
      is_swapped_ ? std::int64_t{parts} : std::int64_t{static_cast<std::int32_t>(parts)};
  const TimePoint stamp = TimePoint(std::chrono::seconds(number(header, 0))) +
                          std::chrono::nanoseconds(count * parts_length_);
  return std::max(stamp, TimePoint{});
}

bool PcapRecords::next(Frame& frame) {
  const auto header = bytes_->peek(record_header_);
  if (header.empty()) return fail("");
  if (header.size() < record_header_) {
    return fail(fmt::format("truncated dump file; tried to read {} header bytes, only got {}",
                            record_header_, header.size()));
  }
  constexpr std::size_t lengths_at = 8;
  std::uint32_t captured = number(header, lengths_at);
  std::uint32_t original = number(header, lengths_at + 4);
  if (lengths_ == Lengths::original_first ||
      (lengths_ == Lengths::smaller_is_captured && captured > original)) {
    std::swap(captured, original);
  }
  const TimePoint stamp = time(header);
  bytes_->skip(record_header_);
  if (captured > limit_of(link_type_)) {
    return fail(fmt::format("invalid packet capture length {}, bigger than snaplen of {}", captured,
                            snapshot_));
  }
  if (!read_body(captured)) return false;
  frame = {.link_type = link_type_, .bytes = frame_, .original_length = original, .time = stamp};
  return true;
}

/// What is beyond the file's own limit is passed over.
bool PcapRecords::read_body(std::size_t captured) {
  const std::size_t kept = std::min(captured, snapshot_);
  frame_.resize(kept);
  std::size_t there = fill(frame_);
  std::array<std::uint8_t, 4096> passed_over{};
  while (there >= kept && there < captured) {
    const std::size_t piece = std::min(captured - there, passed_over.size());
    const std::size_t got = fill(std::span(passed_over).first(piece));
    there += got;
    if (got < piece) break;
  }
  if (there == captured) return true;
  return fail(fmt::format("truncated dump file; tried to read {} captured bytes, only got {}",
                          there < kept ? kept : captured, there));
}

/// Returns how many bytes there were.
std::size_t PcapRecords::fill(std::span<std::uint8_t> into) {
  std::size_t filled = 0;
  while (filled < into.size()) {
    const std::size_t got = bytes_->read(into.subspan(filled));
    if (got == 0) break;
    filled += got;
  }
  return filled;
}

}  // namespace tracetcp
