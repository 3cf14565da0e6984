#pragma once

#include <tracetcp/decode.hpp>
#include <tracetcp/frame.hpp>

#include <cstdint>
#include <string>
#include <vector>

namespace tracetcp {

/// One frame of a recording.
struct RecordedFrame {
  std::size_t number = 0;           ///< counted from 1, as tcpdump and Wireshark do
  std::vector<std::uint8_t> bytes;  ///< from the link header on
  std::uint32_t original_length = 0;
  LinkType link_type = LinkType::raw;
  TimePoint time;
  std::vector<std::uint8_t> syn;  ///< one of our SYNs, from its IP header on; empty: it is none
};

/// A whole recording in memory. Our SYNs are all those without ACK, since --write records nothing
/// but what concerns our source ports. Throws Error where the file can't be read to its end.
std::vector<RecordedFrame> read_recording(const std::string& path);

/// The first SYN of a recording: where it was sent from and to. Throws Error where there is none.
TcpSegment first_syn(const std::vector<RecordedFrame>& recording);

}  // namespace tracetcp
