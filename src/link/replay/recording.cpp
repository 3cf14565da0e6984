#include "link/replay/recording.hpp"

#include "decode/link_layer.hpp"
#include "savefile/reader.hpp"

#include <tracetcp/error.hpp>

#include <algorithm>

namespace tracetcp {
namespace {

/// The bytes of one of our SYNs as they were given to send(): without link header and padding.
std::vector<std::uint8_t> syn_in(const Frame& frame) {
  const Decoded decoded = decode(frame);
  const auto* segment = std::get_if<TcpSegment>(&decoded);
  if (segment == nullptr || !segment->has(TcpRest::syn) || segment->has(TcpRest::ack)) return {};
  const std::size_t link_header = frame.bytes.size() - decoding::read_link_layer(frame)->size();
  const Bytes bytes = frame.bytes.subspan(link_header);
  const auto length = std::min<std::size_t>(bytes.size(), segment->ip.total_length);
  return {bytes.begin(), bytes.begin() + static_cast<std::ptrdiff_t>(length)};
}

}  // namespace

std::vector<RecordedFrame> read_recording(const std::string& path) {
  std::vector<RecordedFrame> recording;
  SavefileReader reader(path);
  for (Frame frame; reader.next(frame);) {
    recording.push_back({.number = recording.size() + 1,
                         .bytes = {frame.bytes.begin(), frame.bytes.end()},
                         .original_length = frame.original_length,
                         .link_type = frame.link_type,
                         .time = frame.time,
                         .syn = syn_in(frame)});
  }
  if (!reader.damage().empty()) throw Error(reader.damage());
  return recording;
}

TcpSegment first_syn(const std::vector<RecordedFrame>& recording) {
  const auto syn = std::find_if(recording.begin(), recording.end(),
                                [](const RecordedFrame& frame) { return !frame.syn.empty(); });
  if (syn == recording.end())
    throw Error("the recording has no SYN, so there is nothing to replay");
  return std::get<TcpSegment>(decode(Frame{.bytes = syn->syn}));
}

}  // namespace tracetcp
