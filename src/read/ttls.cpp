#include "read/ttls.hpp"

#include <algorithm>
#include <cstddef>

namespace tracetcp {

int last_of_path(const Ttls& ttls, int first) {
  int last = first;
  for (int ttl = first + 1; ttl <= std::min(last + largest_gap, 255); ++ttl) {
    if (ttls.test(static_cast<std::size_t>(ttl))) last = ttl;
  }
  return last;
}

int first_of(const Ttls& ttls) {
  std::size_t ttl = 0;
  while (!ttls.test(ttl)) ++ttl;
  return static_cast<int>(ttl);
}

}  // namespace tracetcp
