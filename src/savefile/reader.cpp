#include "savefile/reader.hpp"

#include "platform/files.hpp"
#include "savefile/own_mark.hpp"
#include "savefile/packed.hpp"

#include <tracetcp/error.hpp>

#include <fcntl.h>
#include <fmt/core.h>
#include <pcap/pcap.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdio>
#include <utility>

namespace tracetcp {
namespace {

constexpr std::size_t pcap_header_size = 24;

/// libpcap returns the operating system's number for raw IP, not the file's.
LinkType link_type_of(pcap_t* pcap) {
  const int type = pcap_datalink(pcap);
  return type == DLT_RAW ? LinkType::raw : static_cast<LinkType>(type);
}

/// Of a savefile opened for nanoseconds. A hostile file may hold any number.
TimePoint time_of(const timeval& stamp) {
  using namespace std::chrono_literals;
  constexpr std::chrono::seconds latest{9'000'000'000};  // in 2255; a TimePoint ends in 2262
  // Of pcap files in this machine's byte order libpcap takes the 32 bits of std::chrono::seconds as
  // signed.
  constexpr std::chrono::seconds two_to_32{std::int64_t{1} << 32};
  const std::chrono::seconds stamped(stamp.tv_sec);
  const std::chrono::seconds whole =
      std::clamp(stamped < 0s ? stamped + two_to_32 : stamped, 0s, latest);
  return std::clamp(TimePoint(whole + std::chrono::nanoseconds(stamp.tv_usec)), TimePoint{},
                    TimePoint(latest));
}

bool is_pcapng(std::span<const std::uint8_t> start) {
  constexpr std::array<std::uint8_t, 4> block_type{0x0a, 0x0d, 0x0d, 0x0a};
  return start.size() >= block_type.size() &&
         std::equal(block_type.begin(), block_type.end(), start.begin());
}

ssize_t read_bytes(void* bytes, char* into, std::size_t size) {
  auto* const begin = static_cast<std::uint8_t*>(static_cast<void*>(into));
  return static_cast<ssize_t>(static_cast<BufferedBytes*>(bytes)->read({begin, size}));
}

}  // namespace

void SavefileReader::Close::operator()(pcap* handle) const {
  pcap_close(handle);
}

SavefileReader::SavefileReader(const std::string& path, WaitForInput wait)
    : name_(path == "-" ? "standard input" : path) {
  try {
    open(path, std::move(wait));
  } catch (...) {
    if (file_ > STDIN_FILENO) close(file_);
    throw;
  }
}

SavefileReader::~SavefileReader() {
  if (file_ > STDIN_FILENO) close(file_);
}

void SavefileReader::fail(const std::string& why) const {
  throw Error(fmt::format("cannot read {}: {}", name_, why));
}

void SavefileReader::open(const std::string& path, WaitForInput wait) {
  file_ = path == "-" ? STDIN_FILENO : ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (file_ == -1) throw Error::system("cannot read " + name_, errno);
  const bool on_disk = file_ != STDIN_FILENO && is_regular(file_);
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
  } else if (on_disk && !packing) {
    if (lseek(file_, 0, SEEK_SET) == -1) throw Error::system("cannot read " + name_, errno);
    open_pcap(fdopen(dup(file_), "rb"));
    plain_ = PlainRecords::in(file_, static_cast<std::size_t>(pcap_snapshot(pcap_.get())));
  } else {
    open_pcap(file_over_bytes());
  }
}

/// Sees what comes from a pipe as soon as it is there, and what was compressed without a copy on a
/// disk.
std::FILE* SavefileReader::file_over_bytes() {
  return fopencookie(bytes_.get(), "rb",
                     {.read = read_bytes, .write = nullptr, .seek = nullptr, .close = nullptr});
}

void SavefileReader::open_pcap(std::FILE* file) {
  if (file == nullptr) throw Error::system("cannot read " + name_, errno);
  // In large pieces, for which glibc must be given the memory.
  buffer_.resize(std::size_t{1} << 18);
  std::setvbuf(file, buffer_.data(), _IOFBF, buffer_.size());
  std::array<char, PCAP_ERRBUF_SIZE> message{};
  pcap_.reset(
      pcap_fopen_offline_with_tstamp_precision(file, PCAP_TSTAMP_PRECISION_NANO, message.data()));
  if (pcap_ == nullptr) {
    std::fclose(file);
    const std::string why = bytes_->fault().empty() ? message.data() : bytes_->fault();
    fail(why + "; give a capture file, pcap or pcapng");
  }
  link_type_ = link_type_of(pcap_.get());
}

/// What follows is libpcap's to read.
void SavefileReader::leave_plain() {
  const auto rest = static_cast<off_t>(plain_->offset());
  plain_.reset();
  if (fseeko(pcap_file(pcap_.get()), rest, SEEK_SET) != 0) {
    throw Error::system("cannot read " + name_, errno);
  }
}

bool SavefileReader::next_otherwise(Frame& frame) {
  if (plain_) leave_plain();
  if (ended_) return false;
  if (pcapng_ ? pcapng_->next(frame) : next_by_libpcap(frame)) {
    ++frames_;
    return true;
  }
  ended_ = true;
  if (pcapng_) damage_ = pcapng_->damage();
  if (!damage_.empty()) {
    damage_ = fmt::format("{} is damaged after {} frames: {}", name_, frames_, damage_);
  }
  return false;
}

bool SavefileReader::next_by_libpcap(Frame& frame) {
  pcap_pkthdr* header = nullptr;
  const std::uint8_t* bytes = nullptr;
  const int result = pcap_next_ex(pcap_.get(), &header, &bytes);
  if (result == 1) {
    frame = {.link_type = link_type_,
             .bytes = {bytes, header->caplen},
             .original_length = header->len,
             .time = time_of(header->ts)};
    return true;
  }
  damage_ = bytes_->fault();
  if (damage_.empty() && result != PCAP_ERROR_BREAK) damage_ = pcap_geterr(pcap_.get());
  return false;
}

}  // namespace tracetcp
