#pragma once

#include "report/html/outlook.hpp"
#include "report/terminal/painted.hpp"

namespace tracetcp::terminal {

/// That of a verdict.
inline Meaning meaning_of(html::Tone tone) {
  switch (tone) {
    case html::Tone::good:
      return Meaning::good;
    case html::Tone::plain:
    case html::Tone::warning:
      return Meaning::warning;
    case html::Tone::bad:
      break;
  }
  return Meaning::bad;
}

}  // namespace tracetcp::terminal
