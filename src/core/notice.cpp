#include <tracetcp/notice.hpp>
#include <tracetcp/reply.hpp>

#include <algorithm>

namespace tracetcp {

void Notices::add(const Reply& reply) {
  const auto same = std::find_if(different_.begin(), different_.end(), [&](const Notice& notice) {
    return notice.from == reply.from && notice.icmp == reply.icmp &&
           reply.gateway == notice.gateway;
  });
  if (same != different_.end()) {
    ++same->count;
  } else if (different_.size() < most) {
    different_.push_back({.from = reply.from, .icmp = reply.icmp, .gateway = reply.gateway});
  } else {
    ++others_;
  }
}

void Notices::clear() {
  different_.clear();
  others_ = 0;
}

}  // namespace tracetcp
