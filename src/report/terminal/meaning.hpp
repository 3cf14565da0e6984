#pragma once

#include "report/terminal/painted.hpp"
#include "report/tone.hpp"

namespace tracetcp::terminal {

/// That of a verdict.
inline Meaning meaning_of(Tone tone) {
  switch (tone) {
    case Tone::good:
      return Meaning::good;
    case Tone::plain:
    case Tone::warning:
      return Meaning::warning;
    case Tone::bad:
      break;
  }
  return Meaning::bad;
}

}  // namespace tracetcp::terminal
