#pragma once

#include "report/watch_screen.hpp"

#include <cstddef>
#include <memory>
#include <string>
#include <vector>

namespace tracetcp::cli {

/// Keys that are no characters.
inline constexpr int pressed_up = 0x110000;
inline constexpr int pressed_down = 0x110001;
inline constexpr int pressed_resized = 0x110002;
inline constexpr int pressed_left = 0x110003;
inline constexpr int pressed_right = 0x110004;
inline constexpr int no_key = -1;

/// The whole terminal that standard input and output are. It is as it was before when this is gone,
/// when the process is stopped, and when a signal ends it.
class FullScreen {
 public:
  virtual ~FullScreen() = default;

  [[nodiscard]] virtual std::size_t columns() const = 0;
  [[nodiscard]] virtual std::size_t rows() const = 0;
  /// Whether block elements are shown: by the locale's character set.
  [[nodiscard]] virtual bool has_blocks() const = 0;
  virtual void show(const std::vector<ScreenLine>& lines) = 0;
  /// The next key that was pressed; no_key: none was. Waits `most_ms` for one at most.
  virtual int key(int most_ms) = 0;
};

/// Reads what is known of the terminal, while files may be read. Returns why there can be no full
/// screen; empty: there can.
std::string prepare_full_screen();

/// After that. `colours`: it may have some.
std::unique_ptr<FullScreen> open_full_screen(bool colours);

}  // namespace tracetcp::cli
