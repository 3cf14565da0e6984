#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <utility>
#include <vector>

namespace tracetcp {

/// Called before a read that might have to wait: returns once the file has something to read, or is
/// at its end. False: no more is wanted, which then is the end. Empty: a read waits by itself.
using WaitForInput = std::function<bool(int file)>;

/// The bytes of a capture, from the first to the last. Throws nothing: it is read from within
/// libpcap, which is C.
class ByteSource {
 public:
  ByteSource() = default;
  virtual ~ByteSource() = default;
  ByteSource(const ByteSource&) = delete;
  ByteSource& operator=(const ByteSource&) = delete;

  /// Fills `into` with as many bytes as are there, one at least, and returns how many; 0: there are
  /// no more, and fault() says why if that is not a proper end.
  virtual std::size_t read(std::span<std::uint8_t> into) = 0;

  [[nodiscard]] const std::string& fault() const { return fault_; }

 protected:
  std::string fault_;
};

/// Those of an open file, from where it stands; the file is the caller's to close.
std::unique_ptr<ByteSource> bytes_of_file(int file, WaitForInput wait);

/// Lets look ahead.
class BufferedBytes final : public ByteSource {
 public:
  explicit BufferedBytes(std::unique_ptr<ByteSource> source) : source_(std::move(source)) {}

  /// The next `count` bytes without taking them; fewer at the end. Valid until the next call.
  std::span<const std::uint8_t> peek(std::size_t count);

  /// Skips `count` bytes; false: there are fewer.
  bool skip(std::uint64_t count);

  std::size_t read(std::span<std::uint8_t> into) override;

 private:
  bool fill(std::size_t count);

  std::unique_ptr<ByteSource> source_;
  std::vector<std::uint8_t> buffer_ = std::vector<std::uint8_t>(std::size_t{1} << 16);
  std::size_t at_ = 0;
  std::size_t filled_ = 0;
};

}  // namespace tracetcp
