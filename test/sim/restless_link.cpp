#include "restless_link.hpp"

#include <algorithm>
#include <stdexcept>

namespace simtest {

using namespace tracetcp;
using namespace std::chrono_literals;

RestlessLink::RestlessLink(std::unique_ptr<Link> link, std::uint64_t seed)
    : link_(std::move(link)), random_(seed) {}

TimePoint RestlessLink::now() {
  computed_ += 100ns;
  return link_->now() + computed_;
}

void RestlessLink::send(std::span<const Bytes> packets) {
  link_->send(packets);
}

std::span<const Frame> RestlessLink::wait(TimePoint until) {
  if (until == never) throw std::logic_error("waits for ever");
  const Duration too_early(random_() % 400);
  return link_->wait(std::max(link_->now(), until - computed_ - too_early));
}

LinkStats RestlessLink::stats() {
  return link_->stats();
}

}  // namespace simtest
