#pragma once

#include "savefile/byte_source.hpp"

#include <tracetcp/frame.hpp>

#include <cstdint>
#include <string>
#include <vector>

namespace tracetcp {

/// Reads pcapng files (IETF draft-ietf-opsawg-pcapng): sections of either byte order one after the
/// other, interfaces of any link type, snap length and resolution of time. Own code, as libpcap
/// refuses files whose interfaces differ in link type or snap length. Blocks that hold no packets
/// are passed over, whatever is in them.
class PcapngRecords {
 public:
  /// `bytes` are at the beginning of the file.
  explicit PcapngRecords(BufferedBytes& bytes) : bytes_(bytes) {}

  /// The next frame; its bytes are valid until the next call. False: at the end; damage() says so
  /// where the file is cut short or malformed. Times before 1970 or after 2255 become these limits.
  /// A simple packet block has no time: it gets that of the frame before, or 1970.
  bool next(Frame& frame);

  [[nodiscard]] const std::string& damage() const { return damage_; }

 private:
  /// Of an interface, how its stamps count.
  struct Interface {
    LinkType link_type = LinkType::raw;
    std::uint32_t most_captured = 0;  ///< bytes of a frame; 0: no limit
    std::uint8_t resolution = 6;      ///< if_tsresol: 10^-n s, with the top bit set 2^-n s
    std::int64_t offset = 0;          ///< if_tsoffset, seconds
  };

  struct Block;

  bool read_block(Block& block);
  bool begin_section(const Block& block);
  bool add_interface(const Block& block);
  bool read_packet(const Block& block, Frame& frame);
  bool read_simple_packet(const Block& block, Frame& frame);
  bool fail(const std::string& what);

  BufferedBytes& bytes_;
  bool big_endian_ = false;
  std::vector<Interface> interfaces_;  ///< of this section
  std::uint64_t to_skip_ = 0;          ///< of the block before, which was read where it lies
  TimePoint last_{};
  std::string damage_;
};

/// The time that a stamp of an interface stands for; limits as above.
TimePoint pcapng_time(std::uint64_t stamp, std::uint8_t resolution, std::int64_t offset);

}  // namespace tracetcp
