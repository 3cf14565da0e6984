#include "savefile/reader.hpp"

#include "platform/files.hpp"
#include "platform/standard_streams.hpp"
#include "savefile/own_mark.hpp"
#include "savefile/packed.hpp"

#include <tracetcp/error.hpp>

#include <fmt/core.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <utility>

namespace tracetcp {
namespace {

constexpr std::size_t pcap_header_size = 24;

bool is_pcapng(std::span<const std::uint8_t> start) {
  constexpr std::array<std::uint8_t, 4> block_type{0x0a, 0x0d, 0x0d, 0x0a};
  return start.size() >= block_type.size() &&
         std::equal(block_type.begin(), block_type.end(), start.begin());
}

}  // namespace

SavefileReader::SavefileReader(const std::string& path, WaitForInput wait)
    : name_(path == "-" ? "standard input" : path) {
  try {
    open(path, std::move(wait));
  } catch (...) {
    if (file_ > standard_input) close_file(file_);
    throw;
  }
}

SavefileReader::~SavefileReader() {
  if (file_ > standard_input) close_file(file_);
}

void SavefileReader::fail(const std::string& why) const {
  throw Error(fmt::format("cannot read {}: {}", name_, why));
}

void SavefileReader::open(const std::string& path, WaitForInput wait) {
  file_ = path == "-" ? standard_input : open_input_file(path);
  if (file_ == -1) throw Error::system("cannot read " + name_, errno);
  const bool on_disk = file_ != standard_input && is_regular(file_);
  bytes_ = std::make_unique<BufferedBytes>(
      bytes_of_file(file_, on_disk ? WaitForInput{} : std::move(wait)));
  const auto packing = packing_of(bytes_->peek(6));
  if (packing) {
    auto bytes = unpacked(*packing, std::move(bytes_));
    if (bytes == nullptr) {
      fail(
          fmt::format("it is compressed by {}, which this build does not read; use {} {} | "
                      "tracetcp --read -",
                      packing->program, packing->command, path == "-" ? "" : path));
    }
    bytes_ = std::make_unique<BufferedBytes>(std::move(bytes));
  }
  const auto start = bytes_->peek(pcap_header_size);
  is_own_ = has_own_mark(start);
  has_controls_ = is_own_ && has_control_mark(start);
  if (is_pcapng(start)) {
    pcapng_.emplace(*bytes_);
    return;
  }
  pcap_.emplace(*bytes_);
  if (!pcap_->fault().empty()) {
    fail((bytes_->fault().empty() ? pcap_->fault() : bytes_->fault()) +
         "; give a capture file, pcap or pcapng");
  }
  link_type_ = pcap_->link_type();
  if (on_disk && !packing) plain_ = PlainRecords::in(file_, pcap_->most_captured());
}

/// What follows may be of any kind.
void SavefileReader::leave_plain() {
  const std::uint64_t rest = plain_->offset();
  plain_.reset();
  if (const int code = go_to(file_, rest)) throw Error::system("cannot read " + name_, code);
  bytes_ = std::make_unique<BufferedBytes>(bytes_of_file(file_, {}));
  pcap_->go_on_with(*bytes_);
}

bool SavefileReader::next_otherwise(Frame& frame) {
  if (plain_) leave_plain();
  if (ended_) return false;
  if (pcapng_ ? pcapng_->next(frame) : pcap_->next(frame)) {
    ++frames_;
    return true;
  }
  ended_ = true;
  damage_ = pcapng_ ? pcapng_->damage() : pcap_->damage();
  if (!damage_.empty()) {
    damage_ = fmt::format("{} is damaged after {} frames: {}", name_, frames_, damage_);
  }
  return false;
}

}  // namespace tracetcp
