#pragma once

#include "report/watch_screen.hpp"

#include <cstddef>
#include <optional>
#include <string>

namespace tracetcp {

// Parts of a row of the screen of a watch.

std::string cut(const std::string& text, std::size_t columns);

/// Exactly as many columns.
std::string padded(const std::string& text, std::size_t columns);

/// Adds one glyph a probe, the last ones, as many as have room, and blanks for those that are not
/// there: how its time compares with the others, x: lost.
void add_history(ScreenLine& row, const HopRecord& hop, std::size_t columns, bool has_blocks);

/// Without the unit, which the head of the column has.
std::string milliseconds_text(std::optional<Duration> time);

ScreenStyle style_of_verdict(const Trace& trace);

/// The details of a hop, a line each.
std::vector<std::string> details_of(int ttl, const WatchScreen& screen, const WatchedPort& port);

}  // namespace tracetcp
