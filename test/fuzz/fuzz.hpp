#pragma once

// One body, two shapes, so that they can never drift apart: compiled as it is, FUZZ_TARGET(name) is
// a doctest case that runs the body on every file of corpus/name; with TRACETCP_LIBFUZZER it is the
// entry of a libFuzzer program. The body gets the bytes as `input` and states with HOLDS what must
// be true whatever they are.

#include <tracetcp/frame.hpp>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string_view>

#ifdef TRACETCP_LIBFUZZER

#include <cstdio>
#include <cstdlib>

namespace fuzz {

[[noreturn]] inline void violated(const char* file, int line, const char* condition) {
  std::fprintf(stderr, "%s:%d: does not hold: %s\n", file, line, condition);
  std::abort();
}

}  // namespace fuzz

#define HOLDS(condition) \
  ((condition) ? static_cast<void>(0) : fuzz::violated(__FILE__, __LINE__, #condition))

#define FUZZ_TARGET(name)                                                       \
  static void fuzz_##name(tracetcp::Bytes input);                               \
  extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, size_t size); \
  int LLVMFuzzerTestOneInput(const std::uint8_t* data, size_t size) {           \
    fuzz_##name({data, size});                                                  \
    return 0;                                                                   \
  }                                                                             \
  static void fuzz_##name(tracetcp::Bytes input)

#else

#include <doctest/doctest.h>

namespace fuzz {

/// Runs the body on every file of corpus/NAME, each in a heap block of just its size, so that a
/// sanitizer sees every read beyond it.
void replay(const char* name, void (*body)(tracetcp::Bytes));

}  // namespace fuzz

#define HOLDS(condition) REQUIRE((condition))

#define FUZZ_TARGET(name)                                     \
  static void fuzz_##name(tracetcp::Bytes input);             \
  TEST_CASE("nothing in the corpus of " #name " does harm") { \
    fuzz::replay(#name, fuzz_##name);                         \
  }                                                           \
  static void fuzz_##name(tracetcp::Bytes input)

#endif

namespace fuzz {

/// Takes an input apart from its front. What is not there any more reads as zero, or as shorter.
class Reader {
 public:
  explicit Reader(tracetcp::Bytes bytes) : rest_(bytes) {}

  [[nodiscard]] bool empty() const { return rest_.empty(); }

  std::uint8_t u8() {
    const tracetcp::Bytes byte = take(1);
    return byte.empty() ? std::uint8_t{0} : byte[0];
  }
  std::uint16_t u16() {
    const int high = u8() << 8;
    return static_cast<std::uint16_t>(high | u8());
  }
  tracetcp::Bytes take(std::size_t count) {
    const tracetcp::Bytes front = rest_.first(std::min(count, rest_.size()));
    rest_ = rest_.subspan(front.size());
    return front;
  }
  tracetcp::Bytes rest() { return take(rest_.size()); }

 private:
  tracetcp::Bytes rest_;
};

/// Nothing in it that moves the cursor or colours the terminal.
inline bool is_one_line(std::string_view text) {
  return std::none_of(text.begin(), text.end(), [](char c) {
    const auto byte = static_cast<unsigned char>(c);
    return byte < ' ' || byte == 0x7f;
  });
}

}  // namespace fuzz
