// No method connect on Windows yet: connect_is_missing() says so before anything else is called.

#include "prober/sockets/connect_prober.hpp"

#include <tracetcp/error.hpp>

struct pollfd {};

namespace tracetcp {
namespace {

[[noreturn]] void fail() {
  throw Error(connect_is_missing());
}

}  // namespace

std::string connect_is_missing() {
  return "there is no method connect on Windows yet";
}

ReadySockets::ReadySockets() : epoll_(-1) {}
ReadySockets::~ReadySockets() = default;

ProbeSocket::~ProbeSocket() = default;
Duration ProbeSocket::lifetime(const SocketWay& /*way*/) {
  return longest_life;
}

ConnectProber::ConnectProber(ConnectConfig config, const Waker& waker)
    : config_(std::move(config)), waker_(waker), most_open_(0) {
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
void ConnectProber::retire(std::uint32_t /*trace*/, std::uint32_t /*below*/) {}

}  // namespace tracetcp
