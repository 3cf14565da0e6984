#pragma once

#include <cstddef>
#include <optional>

namespace tracetcp {

/// In characters.
struct TerminalSize {
  std::size_t columns = 80;
  std::size_t rows = 24;
};

/// That of the terminal which standard output is; empty: it is none. A terminal that does not know
/// its size has the usual one.
std::optional<TerminalSize> output_terminal();

/// Whether that one understands the sequences of ECMA-48 for colours and for going back.
bool output_understands_sequences();

/// Whether standard error is one.
bool error_is_terminal();

}  // namespace tracetcp
