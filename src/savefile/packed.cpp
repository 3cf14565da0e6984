#include "savefile/packed.hpp"

#ifdef TRACETCP_ZLIB
#include <zlib.h>
#endif
#ifdef TRACETCP_ZSTD
#include <zstd.h>
#endif

#include <algorithm>
#include <array>
#include <vector>

namespace tracetcp {
namespace {

constexpr Packing gzip{.program = "gzip", .command = "gzip -dc"};
constexpr Packing zstd{.program = "zstd", .command = "zstd -dc"};

/// The bytes that files of a kind begin with.
struct Magic {
  std::string_view bytes;
  Packing packing;
};

constexpr std::array magics{
    Magic{{"\x1f\x8b", 2}, gzip},          // RFC 1952
    Magic{{"\x28\xb5\x2f\xfd", 4}, zstd},  // RFC 8878
    Magic{{"\xfd"
           "7zXZ\0",
           6},
          {.program = "xz", .command = "xz -dc"}},  // xz format
    Magic{{"BZh", 3}, {.program = "bzip2", .command = "bzip2 -dc"}},
    Magic{{"\x04\x22\x4d\x18", 4}, {.program = "lz4", .command = "lz4 -dc"}},  // LZ4 frame
};

/// What both libraries have in common: pieces of the packed bytes, until no more come.
class Packed : public ByteSource {
 public:
  explicit Packed(std::unique_ptr<ByteSource> packed) : packed_(std::move(packed)) {}

 protected:
  /// The rest of the piece, or the next one; empty: the end.
  std::span<const std::uint8_t> rest() {
    if (at_ == filled_) {
      at_ = 0;
      filled_ = packed_->read(piece_);
    }
    return std::span<const std::uint8_t>(piece_).subspan(at_, filled_ - at_);
  }
  void take(std::size_t count) { at_ += count; }

  /// Ends with what the file itself had to say, or else that.
  std::size_t end(std::string_view fault) {
    ended_ = true;
    fault_ = packed_->fault().empty() ? std::string(fault) : packed_->fault();
    return 0;
  }
  [[nodiscard]] bool has_ended() const { return ended_; }

 private:
  std::unique_ptr<ByteSource> packed_;
  std::vector<std::uint8_t> piece_ = std::vector<std::uint8_t>(std::size_t{1} << 16);
  std::size_t at_ = 0;
  std::size_t filled_ = 0;
  bool ended_ = false;
};

#ifdef TRACETCP_ZLIB

class Gunzipped final : public Packed {
 public:
  explicit Gunzipped(std::unique_ptr<ByteSource> packed) : Packed(std::move(packed)) {
    constexpr int largest_window_of_gzip = 15 + 16;  // as zlib.h has it
    if (inflateInit2(&stream_, largest_window_of_gzip) != Z_OK) end("zlib can't be set up");
  }
  ~Gunzipped() override { inflateEnd(&stream_); }

  std::size_t read(std::span<std::uint8_t> into) override {
    stream_.next_out = into.data();
    stream_.avail_out = static_cast<uInt>(into.size());
    while (!has_ended() && stream_.avail_out == into.size()) {
      const auto packed = rest();
      // Some programs fill up with zeros.
      if (is_between_ && (packed.empty() || packed.front() == 0)) return end("");
      is_between_ = false;
      stream_.next_in = const_cast<std::uint8_t*>(packed.data());  // zlib does not write there
      stream_.avail_in = static_cast<uInt>(packed.size());
      const int result = inflate(&stream_, Z_NO_FLUSH);
      take(packed.size() - stream_.avail_in);
      if (result == Z_STREAM_END) {  // a file may have several members
        is_between_ = true;
        inflateReset(&stream_);
      } else if (result != Z_OK && result != Z_BUF_ERROR) {
        end(stream_.msg != nullptr ? stream_.msg : "the gzip data are damaged");
      } else if (packed.empty() && stream_.avail_out == into.size()) {
        end("the gzip data are cut short");
      }
    }
    return into.size() - stream_.avail_out;
  }

 private:
  z_stream stream_{};
  bool is_between_ = false;  ///< two members, where the file may end
};

#endif

#ifdef TRACETCP_ZSTD

class Unzstd final : public Packed {
 public:
  explicit Unzstd(std::unique_ptr<ByteSource> packed) : Packed(std::move(packed)) {
    if (stream_ == nullptr) end("libzstd can't be set up");
  }

  std::size_t read(std::span<std::uint8_t> into) override {
    ZSTD_outBuffer out{into.data(), into.size(), 0};
    while (!has_ended() && out.pos == 0) {
      const auto packed = rest();
      if (is_between_ && packed.empty()) return end("");
      ZSTD_inBuffer in{packed.data(), packed.size(), 0};
      const std::size_t result = ZSTD_decompressStream(stream_.get(), &out, &in);
      take(in.pos);
      is_between_ = result == 0;
      if (ZSTD_isError(result) != 0) {
        end(ZSTD_getErrorName(result));
      } else if (packed.empty() && out.pos == 0) {
        end("the zstd data are cut short");
      }
    }
    return out.pos;
  }

 private:
  struct Free {
    void operator()(ZSTD_DStream* stream) const { ZSTD_freeDStream(stream); }
  };

  std::unique_ptr<ZSTD_DStream, Free> stream_{ZSTD_createDStream()};
  bool is_between_ = false;  ///< two frames, where the file may end
};

#endif

}  // namespace

std::optional<Packing> packing_of(std::span<const std::uint8_t> start) {
  for (const auto& [bytes, packing] : magics) {
    const auto is_same = [](char wanted, std::uint8_t is) {
      return static_cast<std::uint8_t>(wanted) == is;
    };
    if (start.size() >= bytes.size() &&
        std::equal(bytes.begin(), bytes.end(), start.begin(), is_same)) {
      return packing;
    }
  }
  return std::nullopt;
}

std::unique_ptr<ByteSource> unpacked([[maybe_unused]] const Packing& packing,
                                     [[maybe_unused]] std::unique_ptr<ByteSource> packed) {
#ifdef TRACETCP_ZLIB
  if (packing.program == gzip.program) return std::make_unique<Gunzipped>(std::move(packed));
#endif
#ifdef TRACETCP_ZSTD
  if (packing.program == zstd.program) return std::make_unique<Unzstd>(std::move(packed));
#endif
  return nullptr;
}

}  // namespace tracetcp
