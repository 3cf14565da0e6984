#pragma once

#include <cstddef>
#include <vector>

namespace tracetcp {

/// Sees to it that one more element has room. While there are few, four times the room is taken,
/// not twice: for thousands of short vectors that grow side by side, getting memory and moving what
/// is there costs more than all else that is done with them.
template <class T>
void make_room(std::vector<T>& elements) {
  constexpr std::size_t few = 64;
  const std::size_t size = elements.size();
  if (size != elements.capacity() || size >= few) [[likely]]
    return;
  elements.reserve(size == 0 ? 1 : 4 * size);
}

}  // namespace tracetcp
