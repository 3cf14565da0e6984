#pragma once

#include "savefile/byte_source.hpp"
#include "savefile/pcap_records.hpp"
#include "savefile/pcapng.hpp"
#include "savefile/plain_records.hpp"

#include <tracetcp/frame.hpp>

#include <cstdint>
#include <memory>
#include <optional>
#include <string>

namespace tracetcp {

/// Reads a capture file, pcap or pcapng, of either byte order and time stamps of any precision, one
/// frame after the other in constant memory; also one that gzip or zstd compressed, if the program
/// was built with zlib and libzstd. Needs no privileges.
///
///   SavefileReader reader(path);
///   for (Frame frame; reader.next(frame);) { ... }
///   if (!reader.damage().empty()) { the file ended early, and this says how }
class SavefileReader {
 public:
  /// Opens a file, "-" being standard input, and reads its header. `wait` is called before each
  /// read of what is no file on a disk. Throws Error that names the file where it can't be opened
  /// or does not begin as a capture file does.
  explicit SavefileReader(const std::string& path, WaitForInput wait = {});
  ~SavefileReader();
  SavefileReader(const SavefileReader&) = delete;
  SavefileReader& operator=(const SavefileReader&) = delete;

  /// Reads one frame; false at the end. Its bytes are valid until the next call. A link type that
  /// has no name comes as the number in the file; raw IP is always LinkType::raw. Times before 1970
  /// or after 2255 become these limits. Inlined, as the loop that calls it is short.
  [[gnu::always_inline]] bool next(Frame& frame) {
    if (plain_ && plain_->next(frame)) {
      frame.link_type = link_type_;
      ++frames_;
      return true;
    }
    return next_otherwise(frame);
  }

  /// Where the file ended before it should, or went wrong: one line that names the file and how
  /// many frames came before. Empty: read to a proper end, or not yet to the end.
  [[nodiscard]] const std::string& damage() const { return damage_; }

  /// SavefileWriter wrote it: all in it are probes of ours and replies to them.
  [[nodiscard]] bool is_own() const { return is_own_; }
  /// Whether all its traces but the first are only compared with that.
  [[nodiscard]] bool has_controls() const { return has_controls_; }

 private:
  void open(const std::string& path, WaitForInput wait);
  bool next_otherwise(Frame& frame);
  void leave_plain();
  [[noreturn]] void fail(const std::string& why) const;

  std::string name_;
  int file_ = -1;
  std::unique_ptr<BufferedBytes> bytes_;
  std::optional<PcapRecords> pcap_;    ///< of a pcap file
  std::optional<PlainRecords> plain_;  ///< as long as all records are
  std::optional<PcapngRecords> pcapng_;
  LinkType link_type_ = LinkType::raw;  ///< of a pcap file
  std::uint64_t frames_ = 0;
  bool is_own_ = false;
  bool has_controls_ = false;
  bool ended_ = false;
  std::string damage_;
};

}  // namespace tracetcp
