#include "savefile/byte_source.hpp"

#include "platform/files.hpp"

#include <algorithm>
#include <cerrno>
#include <cstring>

namespace tracetcp {
namespace {

class FileBytes final : public ByteSource {
 public:
  FileBytes(int file, WaitForInput wait) : file_(file), wait_(std::move(wait)) {}

  std::size_t read(std::span<std::uint8_t> into) override {
    while (!ended_) {
      if (wait_ && !wait_(file_)) break;
      const auto got = read_some(file_, into.data(), into.size());
      if (got > 0) return static_cast<std::size_t>(got);
      if (got == -1 && (errno == EINTR || errno == EAGAIN)) continue;
      if (got == -1) fault_ = std::strerror(errno);
      break;
    }
    ended_ = true;
    return 0;
  }

 private:
  int file_;
  WaitForInput wait_;
  bool ended_ = false;
};

}  // namespace

std::unique_ptr<ByteSource> bytes_of_file(int file, WaitForInput wait) {
  return std::make_unique<FileBytes>(file, std::move(wait));
}

std::span<const std::uint8_t> BufferedBytes::peek(std::size_t count) {
  if (filled_ - at_ < count) fill(count);
  return std::span<const std::uint8_t>(buffer_).subspan(at_, std::min(count, filled_ - at_));
}

bool BufferedBytes::skip(std::uint64_t count) {
  while (count > filled_ - at_) {
    count -= filled_ - at_;
    at_ = filled_ = 0;
    if (!fill(1)) return false;
  }
  at_ += static_cast<std::size_t>(count);
  return true;
}

std::size_t BufferedBytes::read(std::span<std::uint8_t> into) {
  if (at_ == filled_ && !fill(1)) return 0;
  const std::size_t count = std::min(into.size(), filled_ - at_);
  std::copy_n(buffer_.data() + at_, count, into.data());
  at_ += count;
  return count;
}

bool BufferedBytes::fill(std::size_t count) {
  std::copy(buffer_.data() + at_, buffer_.data() + filled_, buffer_.data());
  filled_ -= at_;
  at_ = 0;
  if (count > buffer_.size()) buffer_.resize(count);
  while (filled_ < count) {
    const std::size_t got = source_->read(std::span(buffer_).subspan(filled_));
    if (got == 0) {
      fault_ = source_->fault();
      return false;
    }
    filled_ += got;
  }
  return true;
}

}  // namespace tracetcp
