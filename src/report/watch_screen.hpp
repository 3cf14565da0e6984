#pragma once

#include "report/watch_words.hpp"
#include "watch/watch_record.hpp"

#include <tracetcp/names.hpp>
#include <tracetcp/networks.hpp>

#include <cstddef>
#include <cstdint>
#include <deque>
#include <optional>
#include <string>
#include <vector>

namespace tracetcp {

enum class ScreenStyle : std::uint8_t { plain, strong, good, warning, bad, selected };

/// A line of the screen: pieces of one style each. Their text is ASCII but for the glyphs of a
/// history, which take one column each.
struct ScreenPiece {
  std::string text;
  ScreenStyle style = ScreenStyle::plain;
};
using ScreenLine = std::vector<ScreenPiece>;

/// What the user chose to see.
struct WatchView {
  enum class Page : std::uint8_t { targets, hops, details, events, help };
  enum class Hosts : std::uint8_t { names, addresses, networks };
  Page page = Page::hops;
  Hosts hosts = Hosts::names;
  int selected = 1;         ///< TTL
  std::size_t watched = 0;  ///< which of WatchScreen::watched
  bool paused = false;
  std::string message;  ///< what the last key did
};

/// One of the ports that are watched.
struct WatchedPort {
  const WatchRecord& record;
  const std::optional<Trace>& under_way;  ///< its first round, until that ended
  std::string target;                     ///< "www.example.com:443"
};

/// A replay, as far as it is.
struct ReplayState {
  double speed = 1;
  Duration at{};
  Duration length{};
};

/// All that a screen is made of.
struct WatchScreen {
  std::vector<WatchedPort> watched;      ///< one at least
  const std::deque<WatchWords>& events;  ///< oldest first
  const Names& names;
  const Networks* networks;  ///< null: none are known
  std::string title;         ///< "www.example.com:22,80,443"
  std::string method;
  Duration elapsed{};
  bool has_list = false;  ///< they are of several targets
  bool may_save = false;  ///< packets are written to a file
  std::optional<ReplayState> replay{};
  bool has_blocks = true;  ///< the terminal shows block elements (Unicode 2581 to 2588)
};

/// The whole screen, `rows` lines that take no more than `columns`. From 60 columns and 15 rows on
/// all of it is there. A pure function.
std::vector<ScreenLine> draw(const WatchScreen& screen, const WatchView& view, std::size_t columns,
                             std::size_t rows);

}  // namespace tracetcp
