#include "link/live/capture.hpp"

#include <fmt/core.h>
#include <poll.h>

#include <array>
#include <cerrno>

namespace tracetcp {

const bool Capture::filters_again = true;

bool Capture::is_on_our_ports(const pcap_pkthdr* header, const std::uint8_t* bytes) const {
  return pcap_offline_filter(&on_our_ports_.code, header, bytes) != 0;
}

Capture::~Capture() {
  if (!thread_.joinable()) return;
  stop_.notify();
  thread_.join();
}

// Not by pcap_loop(): what ends that from another thread is an eventfd, which some filters of
// system calls refuse.
void Capture::start() {
  std::array<char, PCAP_ERRBUF_SIZE> message{};
  require(pcap_setnonblock(pcap_.get(), 1, message.data()), "go on without waiting");
  thread_ = std::thread([this] { run(); });
}

void Capture::run() {
  auto* self = reinterpret_cast<std::uint8_t*>(this);
  std::array<pollfd, 2> fds{
      {{.fd = pcap_get_selectable_fd(pcap_.get()), .events = POLLIN, .revents = 0},
       {.fd = stop_.fd(), .events = POLLIN, .revents = 0}}};
  while (fds[1].revents == 0) {
    const bool failed = (poll(fds.data(), fds.size(), -1) == -1 && errno != EINTR) ||
                        pcap_dispatch(pcap_.get(), -1, on_packet, self) == PCAP_ERROR;
    if (!failed) continue;
    queue_.fail(fmt::format("capture on {} ended: {}; what came since is not known", interface_,
                            pcap_geterr(pcap_.get())));
    return;
  }
}

}  // namespace tracetcp
