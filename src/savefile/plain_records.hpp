#pragma once

#include <tracetcp/frame.hpp>

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <optional>
#include <vector>

namespace tracetcp {

/// Reads the records of the usual kind of savefile (IETF draft-ietf-opsawg-pcap, in the byte order
/// of this machine) in large pieces, where they stay: libpcap takes two calls and a copy for each.
/// It stops at the first that is anything but well formed, which is libpcap's to judge.
class PlainRecords {
 public:
  /// A file that is open, at the beginning of which there is a savefile's header. Empty: it is of
  /// another kind, or not on a disk. `most_captured`: no record is longer, in bytes.
  static std::optional<PlainRecords> in(int file, std::size_t most_captured);

  /// All of a frame but its link type; its bytes are valid until the next call. False: at the end
  /// of the file, or at a record that is not plain, or is cut short.
  bool next(Frame& frame);

  /// Where in the file the next record begins, in bytes.
  [[nodiscard]] std::uint64_t offset() const { return buffer_offset_ + at_; }

 private:
  PlainRecords(int file, std::size_t most_captured, bool nanoseconds);

  /// Ensures that `count` bytes from the next record on are in the buffer, if the file has them.
  bool holds(std::size_t count) { return filled_ - at_ >= count || fill(count); }
  bool fill(std::size_t count);

  /// A number in the next record's header, which must be in the buffer.
  [[nodiscard]] std::uint32_t number(std::size_t at) const {
    std::uint32_t value{};
    std::memcpy(&value, buffer_.data() + at_ + at, sizeof value);
    return value;
  }

  static constexpr std::size_t record_header_size = 16;

  int file_;
  std::size_t most_captured_;
  std::uint32_t parts_;         ///< of a second in a stamp
  Duration::rep parts_length_;  ///< nanoseconds
  std::vector<std::uint8_t> buffer_;
  std::uint64_t buffer_offset_;  ///< of the buffer in the file
  std::size_t at_ = 0;           ///< in the buffer
  std::size_t filled_ = 0;
};

// Here, as it takes less time than to call it.
inline bool PlainRecords::next(Frame& frame) {
  if (!holds(record_header_size)) return false;
  const std::uint32_t part = number(4);
  const std::uint32_t captured = number(8);
  if (part >= parts_ || captured > most_captured_) return false;
  if (!holds(record_header_size + captured)) return false;
  frame.time =
      TimePoint(std::chrono::seconds(number(0)) + Duration(Duration::rep{part} * parts_length_));
  frame.original_length = number(12);
  frame.bytes = {buffer_.data() + at_ + record_header_size, captured};
  at_ += record_header_size + captured;
  return true;
}

}  // namespace tracetcp
