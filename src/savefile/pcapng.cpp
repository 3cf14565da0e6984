#include "savefile/pcapng.hpp"

#include "decode/view.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <array>
#include <limits>
#include <utility>

namespace tracetcp {
namespace {

using decoding::View;

// Block types and sizes, section 4 and 11.1 of the draft.
constexpr std::uint32_t section_header = 0x0a0d0d0a;
constexpr std::uint32_t interface_description = 1;
constexpr std::uint32_t old_packet = 2;  // obsolete, appendix A
constexpr std::uint32_t simple_packet = 3;
constexpr std::uint32_t enhanced_packet = 6;
constexpr std::size_t block_head_size = 8;
constexpr std::size_t block_tail_size = 4;

constexpr std::uint32_t byte_order_magic = 0x1a2b3c4d;

/// No block with a packet is larger, in bytes: libpcap has the same limit.
constexpr std::size_t largest_block = std::size_t{16} << 20;
/// More than any machine has; bounds the memory.
constexpr std::size_t most_interfaces = 65536;

/// Reads numbers in the byte order of a section.
class Fields {
 public:
  Fields(View bytes, bool big_endian) : bytes_(bytes), big_endian_(big_endian) {}

  [[nodiscard]] std::size_t size() const { return bytes_.size(); }
  [[nodiscard]] std::uint8_t u8(std::size_t at) const { return bytes_.u8(at); }
  [[nodiscard]] std::uint16_t u16(std::size_t at) const {
    const std::uint16_t value = bytes_.u16(at);
    return big_endian_ ? value : static_cast<std::uint16_t>(value >> 8 | value << 8);
  }
  [[nodiscard]] std::uint32_t u32(std::size_t at) const {
    return big_endian_ ? bytes_.u32(at) : std::uint32_t{u16(at + 2)} << 16 | std::uint32_t{u16(at)};
  }
  [[nodiscard]] std::uint64_t u64(std::size_t at) const {
    const std::uint64_t first = u32(at);
    const std::uint64_t second = u32(at + 4);
    return big_endian_ ? first << 32 | second : second << 32 | first;
  }
  [[nodiscard]] Fields after(std::size_t count) const { return {bytes_.after(count), big_endian_}; }

 private:
  View bytes_;
  bool big_endian_;
};

constexpr std::uint64_t ten_to(unsigned exponent) {
  std::uint64_t power = 1;
  while (exponent-- > 0) power *= 10;
  return power;
}

/// Seconds, and nanoseconds beside them.
struct Moment {
  std::uint64_t seconds;
  std::uint64_t nanoseconds;
};

/// `stamp` counts 10^-digits s.
Moment decimal(std::uint64_t stamp, unsigned digits) {
  constexpr unsigned digits_of_64_bits = 19;
  if (digits <= 9) {
    const std::uint64_t second = ten_to(digits);
    return {stamp / second, stamp % second * ten_to(9 - digits)};
  }
  if (digits - 9 > digits_of_64_bits) return {0, 0};
  const std::uint64_t nanosecond = ten_to(digits - 9);
  const std::uint64_t nanoseconds = stamp / nanosecond;
  return {nanoseconds / ten_to(9), nanoseconds % ten_to(9)};
}

/// `stamp` counts 2^-bits s.
Moment binary(std::uint64_t stamp, unsigned bits) {
  const std::uint64_t seconds = bits < 64 ? stamp >> bits : 0;
  std::uint64_t fraction = bits < 64 ? stamp & ((std::uint64_t{1} << bits) - 1) : stamp;
  constexpr unsigned enough = 32;  // bits of a fraction for nanoseconds, whose product fits
  if (bits > enough) {
    fraction = bits - enough < 64 ? fraction >> (bits - enough) : 0;
    bits = enough;
  }
  return {seconds, fraction * ten_to(9) >> bits};
}

}  // namespace

struct PcapngRecords::Block {
  std::uint32_t type;
  View body;  ///< without head and tail
};

TimePoint pcapng_time(std::uint64_t stamp, std::uint8_t resolution, std::int64_t offset) {
  constexpr std::uint8_t is_binary = 0x80;
  const unsigned parts = resolution % is_binary;
  const Moment moment =
      (resolution & is_binary) != 0 ? binary(stamp, parts) : decimal(stamp, parts);
  constexpr std::int64_t latest = 9'000'000'000;  // in 2255; a TimePoint ends in 2262
  // These limits are beyond the time of any clock, and the sum fits.
  const auto seconds = static_cast<std::int64_t>(
      std::min(moment.seconds, std::uint64_t{std::numeric_limits<std::int64_t>::max() / 2}));
  constexpr std::int64_t far = std::numeric_limits<std::int64_t>::max() / 2;
  const std::int64_t sum = seconds + std::clamp(offset, -far, far);
  if (sum < 0) return TimePoint{};
  if (sum >= latest) return TimePoint(std::chrono::seconds(latest));
  return TimePoint(std::chrono::seconds(sum) +
                   Duration(static_cast<Duration::rep>(moment.nanoseconds)));
}

bool PcapngRecords::next(Frame& frame) {
  Block block{.type = 0, .body = View(Bytes{})};
  while (damage_.empty() && read_block(block)) {
    switch (block.type) {
      case section_header:
        if (!begin_section(block)) return false;
        break;
      case interface_description:
        if (!add_interface(block)) return false;
        break;
      case enhanced_packet:
      case old_packet:
        return read_packet(block, frame);
      case simple_packet:
        return read_simple_packet(block, frame);
      default:
        break;
    }
  }
  return false;
}

/// Where a block holds nothing of interest its body is not read, however long it is.
bool PcapngRecords::read_block(Block& block) {
  if (!bytes_.skip(std::exchange(to_skip_, 0))) return fail("the last block is cut short");
  // A section's first field after the head shows its byte order, and so that of its length.
  auto head = bytes_.peek(block_head_size);
  if (head.empty()) return bytes_.fault().empty() ? false : fail({});
  if (head.size() < block_head_size) return fail("the last block is cut short");
  block.type = Fields(View(head), big_endian_).u32(0);
  if (block.type == section_header) {
    const auto start = bytes_.peek(block_head_size + 4);
    if (start.size() < block_head_size + 4) return fail("the last block is cut short");
    const std::uint32_t magic = View(start).u32(block_head_size);
    big_endian_ = magic == byte_order_magic;
    if (!big_endian_ && Fields(View(start), false).u32(block_head_size) != byte_order_magic) {
      return fail("a section has no byte order");
    }
    head = start;
  }
  const std::uint32_t length = Fields(View(head), big_endian_).u32(4);
  if (length < block_head_size + block_tail_size) {
    return fail(fmt::format("a block has a length of {}", length));
  }
  // A few writers leave out that blocks are filled up to a multiple of four bytes.
  const std::uint64_t whole = (std::uint64_t{length} + 3) / 4 * 4;
  const bool is_of_interest = block.type == section_header || block.type == interface_description ||
                              block.type == old_packet || block.type == simple_packet ||
                              block.type == enhanced_packet;
  to_skip_ = whole;
  if (!is_of_interest) return true;
  if (whole > largest_block) return fail(fmt::format("a block has a length of {}", length));
  const auto bytes = bytes_.peek(static_cast<std::size_t>(whole));
  if (bytes.size() < whole) return fail("the last block is cut short");
  const View all(bytes);
  if (Fields(all, big_endian_).u32(bytes.size() - block_tail_size) != length) {
    return fail("a block's two lengths differ");
  }
  block.body = all.first(bytes.size() - block_tail_size).after(block_head_size);
  return true;
}

bool PcapngRecords::begin_section(const Block& block) {
  constexpr std::size_t size = 16;
  if (block.body.size() < size) return fail("a section header is too short");
  const std::uint16_t major = Fields(block.body, big_endian_).u16(4);
  if (major != 1) return fail(fmt::format("version {} of pcapng is not known", major));
  interfaces_.clear();
  return true;
}

bool PcapngRecords::add_interface(const Block& block) {
  const Fields fields(block.body, big_endian_);
  constexpr std::size_t size = 8;
  if (fields.size() < size) return fail("an interface description is too short");
  if (interfaces_.size() == most_interfaces) return fail("there are too many interfaces");
  Interface& interface = interfaces_.emplace_back();
  interface.link_type = static_cast<LinkType>(fields.u16(0));
  interface.most_captured = fields.u32(4);
  constexpr std::uint16_t end_of_options = 0;
  constexpr std::uint16_t if_tsresol = 9;
  constexpr std::uint16_t if_tsoffset = 14;
  Fields options = fields.after(size);
  while (options.size() >= 4) {
    const std::uint16_t code = options.u16(0);
    const std::size_t length = options.u16(2);
    if (code == end_of_options || length > options.size() - 4) break;
    if (code == if_tsresol && length == 1) interface.resolution = options.u8(4);
    if (code == if_tsoffset && length == 8) {
      interface.offset = static_cast<std::int64_t>(options.u64(4));
    }
    options = options.after(4 + (length + 3) / 4 * 4);
  }
  return true;
}

/// An enhanced packet block, or its predecessor, which has a count of drops beside the interface.
bool PcapngRecords::read_packet(const Block& block, Frame& frame) {
  const Fields fields(block.body, big_endian_);
  constexpr std::size_t size = 20;
  if (fields.size() < size) return fail("a packet block is too short");
  const std::size_t number = block.type == old_packet ? fields.u16(0) : fields.u32(0);
  if (number >= interfaces_.size()) {
    return fail(fmt::format("a packet is of interface {}, which is not described", number));
  }
  const Interface& interface = interfaces_[number];
  const std::size_t captured = fields.u32(12);
  if (captured > fields.size() - size) return fail("a packet is longer than its block");
  const std::uint64_t stamp = std::uint64_t{fields.u32(4)} << 32 | fields.u32(8);
  last_ = pcapng_time(stamp, interface.resolution, interface.offset);
  frame = {.link_type = interface.link_type,
           .bytes = block.body.after(size).first(captured).bytes(),
           .original_length = fields.u32(16),
           .time = last_};
  return true;
}

bool PcapngRecords::read_simple_packet(const Block& block, Frame& frame) {
  const Fields fields(block.body, big_endian_);
  constexpr std::size_t size = 4;
  if (fields.size() < size) return fail("a packet block is too short");
  if (interfaces_.empty()) return fail("a packet is of interface 0, which is not described");
  const Interface& interface = interfaces_.front();
  std::size_t captured = fields.u32(0);
  if (interface.most_captured != 0) {
    captured = std::min<std::size_t>(captured, interface.most_captured);
  }
  frame = {.link_type = interface.link_type,
           .bytes = block.body.after(size).first(captured).bytes(),
           .original_length = fields.u32(0),
           .time = last_};
  return true;
}

bool PcapngRecords::fail(const std::string& what) {
  damage_ = bytes_.fault().empty() ? what : bytes_.fault();
  return false;
}

}  // namespace tracetcp
