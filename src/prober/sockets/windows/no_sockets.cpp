// No method connect on Windows yet: nobody comes here, as find_route() has refused before.

#include "prober/sockets/connect_prober.hpp"

#include <tracetcp/error.hpp>

struct pollfd {};

namespace tracetcp {
namespace {

[[noreturn]] void fail() {
  throw Error("this build for Windows has no method connect yet");
}

}  // namespace

ReadySockets::ReadySockets() : epoll_(-1) {}
ReadySockets::~ReadySockets() = default;

ProbeSocket::~ProbeSocket() = default;
Duration ProbeSocket::lifetime(const SocketWay& /*way*/) {
  return longest_life;
}

ConnectProber::ConnectProber(ConnectConfig config, const Waker& waker)
    : config_(std::move(config)), waker_(waker), lifetime_(), most_open_(0) {
  fail();
}
void ConnectProber::send(std::span<const Probe> /*probes*/) {
  fail();
}
std::span<const Reply> ConnectProber::wait(TimePoint /*until*/) {
  fail();
}
void ConnectProber::complete(Trace& /*trace*/) {}
void ConnectProber::conclude(std::uint32_t /*trace*/) {}

}  // namespace tracetcp
