#pragma once

#include "savefile/byte_source.hpp"

#include <tracetcp/frame.hpp>

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

namespace tracetcp {

/// Reads a pcap savefile (IETF draft-ietf-opsawg-pcap) of either byte order, with stamps in
/// microseconds or nanoseconds, and the kinds that libpcap takes beside these: of versions 2.0
/// to 2.3, whose two lengths stood the other way round, of DG/UX, and of a patched libpcap for
/// Linux, whose records have longer headers.
class PcapRecords {
 public:
  /// `bytes` stand at the beginning of the file, and are the caller's. Where that is no header of a
  /// savefile fault() says why.
  explicit PcapRecords(BufferedBytes& bytes);

  /// Why the file can't be read at all; empty: it can.
  [[nodiscard]] const std::string& fault() const { return fault_; }

  [[nodiscard]] LinkType link_type() const { return link_type_; }
  /// Bytes that a frame has at most.
  [[nodiscard]] std::size_t most_captured() const { return snapshot_; }

  /// Reads one frame, whose bytes are valid until the next call; false: at the end, see damage().
  bool next(Frame& frame);

  /// The bytes stand at another record from now on, in another place.
  void go_on_with(BufferedBytes& bytes) { bytes_ = &bytes; }

  /// Where the file ended before it should, or went wrong. Empty: a proper end.
  [[nodiscard]] const std::string& damage() const { return damage_; }

 private:
  /// How the two lengths of a record stand.
  enum class Lengths : std::uint8_t { captured_first, original_first, smaller_is_captured };

  bool read_magic(std::span<const std::uint8_t> header);
  bool read_version(std::span<const std::uint8_t> header);
  void read_link_type(std::span<const std::uint8_t> header);
  bool read_body(std::size_t captured);
  std::size_t fill(std::span<std::uint8_t> into);
  bool fail(const std::string& why);
  [[nodiscard]] std::uint32_t number(std::span<const std::uint8_t> bytes, std::size_t at) const;
  [[nodiscard]] std::uint16_t number16(std::span<const std::uint8_t> bytes, std::size_t at) const;
  [[nodiscard]] TimePoint time(std::span<const std::uint8_t> header) const;

  BufferedBytes* bytes_;
  bool is_swapped_ = false;           ///< the file has the byte order that this machine has not
  std::int64_t parts_length_ = 1000;  ///< nanoseconds that a stamp's second number counts
  std::size_t record_header_ = 16;
  Lengths lengths_ = Lengths::captured_first;
  LinkType link_type_ = LinkType::raw;
  std::size_t snapshot_ = 0;
  std::vector<std::uint8_t> frame_;
  std::string fault_;
  std::string damage_;
};

}  // namespace tracetcp
