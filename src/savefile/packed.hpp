#pragma once

#include "savefile/byte_source.hpp"

#include <memory>
#include <optional>
#include <string_view>

namespace tracetcp {

/// How a file is compressed.
struct Packing {
  std::string_view program;  ///< that compresses so, e.g. "gzip"
  std::string_view command;  ///< that gives back what was compressed, e.g. "gzip -dc"
};

/// By the first bytes of a file, of which there should be six; empty: it is not, or in a way that
/// is not known.
std::optional<Packing> packing_of(std::span<const std::uint8_t> start);

/// What was compressed so; nullptr: this build of the program can't read it. Memory is bounded,
/// whatever the file says (zstd: a window of 128 MiB at most, as its own program has it).
std::unique_ptr<ByteSource> unpacked(const Packing& packing, std::unique_ptr<ByteSource> packed);

}  // namespace tracetcp
