#include "savefile/writer.hpp"

#include "platform/files.hpp"
#include "savefile/own_mark.hpp"

#include <tracetcp/error.hpp>

#include <fmt/core.h>

#include <string_view>
#include <utility>

namespace tracetcp {
namespace {

using Buffer = std::vector<std::uint8_t>;

constexpr mode_t for_its_user = 0600;
constexpr std::uint32_t nanosecond_magic = 0xa1b23c4d;
constexpr std::uint16_t major_version = 2;
constexpr std::uint16_t minor_version = 4;
constexpr std::uint32_t most_captured = 262144;  // bytes of a frame; what tcpdump says by default

/// The file is little-endian, whatever machine writes it.
template <class Int>
void put(Buffer& out, Int value) {
  for (std::size_t i = 0; i < sizeof value; ++i) {
    out.push_back(static_cast<std::uint8_t>(value >> (8 * i)));
  }
}

/// In files raw IP has one number; on a live interface it is that of the operating system.
LinkType in_file(LinkType type) {
  return type == LinkType::raw_old || type == LinkType::raw_openbsd ? LinkType::raw : type;
}

std::string_view text_of(const Buffer& bytes) {
  return {static_cast<const char*>(static_cast<const void*>(bytes.data())), bytes.size()};
}

void put_header(Buffer& out, LinkType link_type, Recorded recorded) {
  put(out, nanosecond_magic);
  put(out, major_version);
  put(out, minor_version);
  if (recorded == Recorded::first_with_controls) {
    out.insert(out.end(), control_mark.begin(), control_mark.end());
  } else {
    put(out, std::uint32_t{0});  // a field that is not in use
  }
  out.insert(out.end(), own_mark.begin(), own_mark.end());
  put(out, most_captured);
  put(out, static_cast<std::uint32_t>(link_type));
}

}  // namespace

SavefileWriter::SavefileWriter(const std::string& path, bool overwrite, Recorded recorded)
    : path_(path),
      recorded_(recorded),
      file_(open_output_file(path, overwrite ? IfThere::empty : IfThere::refuse, for_its_user)),
      seekable_(is_regular(file_)) {
  // A pipe's header has to wait for the first frame, as it can't be put right later.
  if (!seekable_) return;
  put_header(buffer_, link_type_, recorded_);
  try {
    flush();
  } catch (const Error&) {
    close_file(file_);
    throw;
  }
}

SavefileWriter::~SavefileWriter() {
  if (file_ != -1) close_file(file_);
}

void SavefileWriter::write(std::span<const Frame> frames) {
  if (frames.empty()) return;
  buffer_.clear();
  if (!begun_) begin(in_file(frames.front().link_type));
  for (const Frame& frame : frames) add_record(frame);
  flush();
}

void SavefileWriter::close() {
  if (file_ == -1) return;
  if (const int code = close_file(std::exchange(file_, -1))) fail(code);
}

void SavefileWriter::begin(LinkType link_type) {
  begun_ = true;
  if (seekable_ && link_type == link_type_) return;
  link_type_ = link_type;
  put_header(buffer_, link_type_, recorded_);
  if (!seekable_) return;
  if (const int code = write_at(file_, text_of(buffer_), 0)) fail(code);
  buffer_.clear();
}

void SavefileWriter::add_record(const Frame& frame) {
  if (in_file(frame.link_type) != link_type_) {
    throw Error(fmt::format("cannot write a frame of link type {} to {}, whose link type is {}",
                            static_cast<std::uint32_t>(frame.link_type), path_,
                            static_cast<std::uint32_t>(link_type_)));
  }
  const auto since_epoch = frame.time.time_since_epoch();
  const auto seconds = std::chrono::floor<std::chrono::seconds>(since_epoch);
  put(buffer_, static_cast<std::uint32_t>(seconds.count()));
  put(buffer_, static_cast<std::uint32_t>((since_epoch - seconds).count()));
  put(buffer_, static_cast<std::uint32_t>(frame.bytes.size()));
  put(buffer_, frame.original_length);
  buffer_.insert(buffer_.end(), frame.bytes.begin(), frame.bytes.end());
}

/// One write(2), unless the system takes only a part of it.
void SavefileWriter::flush() {
  if (const int code = write_all(file_, text_of(buffer_))) fail(code);
  size_ += static_cast<std::int64_t>(buffer_.size());
}

/// Removes what may have been written of the last batch, and throws the reason.
void SavefileWriter::fail(int code) {
  if (seekable_ && file_ != -1 && set_size(file_, static_cast<std::uint64_t>(size_)) != 0) {
    throw Error::system("cannot write " + path_ + ", nor mend it", code);
  }
  throw Error::system("cannot write " + path_, code);
}

}  // namespace tracetcp
