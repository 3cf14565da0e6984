#pragma once

namespace tracetcp {

/// How the parts of a work that feed one another are done.
enum class Threading {
  beside,   ///< in a thread of its own, or, where none is to be had, at once: that takes longer
  at_once,  ///< by the thread that asks for it, when it does
};

}  // namespace tracetcp
