#pragma once

#include "savefile/plain_records.hpp"

#include <tracetcp/frame.hpp>

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

struct pcap;  // libpcap's pcap_t

namespace tracetcp {

/// Reads a capture file, pcap or pcapng, of either byte order and time stamps of any precision, one
/// frame after the other in constant memory. Needs no privileges.
///
///   SavefileReader reader(path);
///   for (Frame frame; reader.next(frame);) { ... }
///   if (!reader.damage().empty()) { the file ended early, and this says how }
class SavefileReader {
 public:
  /// Opens a file, "-" being standard input, and reads its header. Throws Error that names the
  /// file where it can't be opened or does not begin as a capture file does.
  explicit SavefileReader(const std::string& path);

  /// Reads one frame; false at the end. Its bytes are valid until the next call. What else libpcap
  /// knows a number for comes as that LinkType, even where it has no name there; raw IP is always
  /// LinkType::raw. Times before 1970 or after 2255 become these limits.
  bool next(Frame& frame);

  /// Where the file ended before it should, or went wrong: one line that names the file and how
  /// many frames came before. Empty: read to a proper end, or not yet to the end.
  [[nodiscard]] const std::string& damage() const { return damage_; }

 private:
  struct Close {
    void operator()(pcap* handle) const;
  };

  /// What follows is libpcap's to read.
  void leave_plain();

  std::string name_;
  std::vector<char> buffer_;  ///< that of the file, so it must outlive it
  std::unique_ptr<pcap, Close> pcap_;
  std::optional<PlainRecords> plain_;  ///< as long as all records are
  LinkType link_type_ = LinkType::raw;
  std::uint64_t frames_ = 0;
  bool ended_ = false;
  std::string damage_;
};

}  // namespace tracetcp
