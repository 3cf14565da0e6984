#pragma once

#include <tracetcp/frame.hpp>

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

namespace tracetcp {

/// What the traces of a recording are.
enum class Recorded : std::uint8_t {
  asked_for,            ///< all of them
  first_with_controls,  ///< of each family the first, and others that it is compared with
};

/// Writes frames to a pcap savefile with nanosecond stamps (draft-ietf-opsawg-pcap, magic number
/// 0xa1b23c4d). What a call of write() was given is in the file when it returns, so that the file
/// is a whole one at every moment, however the program ends. (The one exception: Linux stops a
/// write that SIGKILL meets under way at the end of a page, so the last record may then be cut.)
/// Own code, as a savefile is 24 bytes and 16 a frame, and libpcap's writer buffers.
class SavefileWriter {
 public:
  /// Creates the file, readable by its user only, with a header. Throws UsageError that names the
  /// file where it is there already and `overwrite` is not set, Error where it can't be made.
  SavefileWriter(const std::string& path, bool overwrite, Recorded recorded = Recorded::asked_for);
  ~SavefileWriter();
  SavefileWriter(const SavefileWriter&) = delete;
  SavefileWriter& operator=(const SavefileWriter&) = delete;

  /// Adds frames, all of them or none. Throws Error that names the file where it can't be written
  /// to, or where a frame's link type is not that of the first: a savefile has one.
  void write(std::span<const Frame> frames);

  /// Closes the file. Throws Error where that fails, as on a network file system that is full.
  void close();

 private:
  void begin(LinkType link_type);
  void add_record(const Frame& frame);
  void flush();
  [[noreturn]] void fail(int code);

  std::string path_;
  Recorded recorded_;
  int file_ = -1;
  bool seekable_ = false;  ///< a file on a disk, not a pipe
  bool begun_ = false;     ///< link_type_ is that of the frames
  LinkType link_type_ = LinkType::raw;
  std::int64_t size_ = 0;             ///< bytes of whole records, and the header
  std::vector<std::uint8_t> buffer_;  ///< what is to be written next; kept to save allocations
};

}  // namespace tracetcp
