#include "savefile/reader.hpp"

#include <tracetcp/error.hpp>

#include <fmt/core.h>
#include <pcap/pcap.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdio>

namespace tracetcp {
namespace {

std::FILE* open_file(const std::string& path, const std::string& name) {
  if (path == "-") return stdin;
  if (std::FILE* file = std::fopen(path.c_str(), "rb")) return file;
  throw Error::system("cannot read " + name, errno);
}

/// libpcap tells the number that the operating system has for raw IP, not the file's.
LinkType link_type_of(pcap_t* pcap) {
  const int type = pcap_datalink(pcap);
  return type == DLT_RAW ? LinkType::raw : static_cast<LinkType>(type);
}

/// Of a savefile opened for nanoseconds. A hostile file may hold any number.
TimePoint time_of(const timeval& stamp) {
  using namespace std::chrono;
  constexpr seconds latest{9'000'000'000};  // in 2255; a TimePoint ends in 2262
  // Of pcap files in this machine's byte order libpcap takes the 32 bits of seconds as signed.
  constexpr seconds two_to_32{std::int64_t{1} << 32};
  const seconds told(stamp.tv_sec);
  const seconds whole = std::clamp(told < 0s ? told + two_to_32 : told, 0s, latest);
  return std::clamp(TimePoint(whole + nanoseconds(stamp.tv_usec)), TimePoint{}, TimePoint(latest));
}

}  // namespace

void SavefileReader::Close::operator()(pcap* handle) const {
  pcap_close(handle);
}

SavefileReader::SavefileReader(const std::string& path)
    : name_(path == "-" ? "standard input" : path) {
  std::array<char, PCAP_ERRBUF_SIZE> message{};
  std::FILE* const file = open_file(path, name_);
  // From a file in large pieces, for which glibc must be given the memory; from a pipe whatever has
  // come, so that nothing waits for more.
  if (file != stdin) {
    buffer_.resize(std::size_t{1} << 18);
    std::setvbuf(file, buffer_.data(), _IOFBF, buffer_.size());
  }
  pcap_.reset(
      pcap_fopen_offline_with_tstamp_precision(file, PCAP_TSTAMP_PRECISION_NANO, message.data()));
  if (pcap_ == nullptr) {
    if (file != stdin) std::fclose(file);
    throw Error(fmt::format("cannot read {}: {}; give a capture file, pcap or pcapng", name_,
                            message.data()));
  }
  link_type_ = link_type_of(pcap_.get());
  if (file != stdin) {
    plain_ = PlainRecords::in(fileno(file), static_cast<std::size_t>(pcap_snapshot(pcap_.get())));
  }
}

void SavefileReader::leave_plain() {
  const auto rest = static_cast<off_t>(plain_->offset());
  plain_.reset();
  if (fseeko(pcap_file(pcap_.get()), rest, SEEK_SET) != 0) {
    throw Error::system("cannot read " + name_, errno);
  }
}

bool SavefileReader::next(Frame& frame) {
  if (plain_) {
    if (plain_->next(frame)) {
      frame.link_type = link_type_;
      ++frames_;
      return true;
    }
    leave_plain();
  }
  if (ended_) return false;
  pcap_pkthdr* header = nullptr;
  const std::uint8_t* bytes = nullptr;
  const int result = pcap_next_ex(pcap_.get(), &header, &bytes);
  if (result == 1) {
    ++frames_;
    frame = {.link_type = link_type_,
             .bytes = {bytes, header->caplen},
             .original_length = header->len,
             .time = time_of(header->ts)};
    return true;
  }
  ended_ = true;
  if (result != PCAP_ERROR_BREAK) {
    damage_ =
        fmt::format("{} is damaged after {} frames: {}", name_, frames_, pcap_geterr(pcap_.get()));
  }
  return false;
}

}  // namespace tracetcp
