#include "prober/sockets/connect_prober.hpp"

#include "prober/unsent.hpp"

#include <tracetcp/error.hpp>

#include <sys/resource.h>

#include <algorithm>
#include <cerrno>
#include <utility>

namespace tracetcp {
namespace {

/// How long a connection is kept to see whether a RST follows. Only targets so near that the kernel
/// completes the handshake come to that, see ProbeSocket.
constexpr Duration reset_watch = std::chrono::milliseconds(5);

/// How many sockets may be open at once, after asking for as many as the system lets us have.
std::size_t room_for_sockets() {
  constexpr rlim_t wanted = 2048;
  constexpr rlim_t others = 32;  // files, name look-ups
  rlimit limit{};
  if (getrlimit(RLIMIT_NOFILE, &limit) != 0) throw Error::system("cannot count files", errno);
  if (limit.rlim_cur < wanted) {
    limit.rlim_cur = std::min(wanted, limit.rlim_max);
    setrlimit(RLIMIT_NOFILE, &limit);  // fewer do too, only more slowly
    getrlimit(RLIMIT_NOFILE, &limit);
  }
  return static_cast<std::size_t>(std::clamp<rlim_t>(limit.rlim_cur, others + 1, wanted) - others);
}

}  // namespace

std::string connect_is_missing() {
  return "";
}

ConnectProber::ConnectProber(ConnectConfig config, const Waker& waker)
    : config_(std::move(config)), waker_(waker), most_open_(room_for_sockets()) {}

const SocketWay& ConnectProber::way_to(Address target) const {
  return config_.way_to ? config_.way_to(target) : config_.way;
}

TimePoint ConnectProber::given_up_at(const ProbeSocket& socket) const {
  const Duration lifetime = ProbeSocket::lifetime(way_to(socket.probe().target.address));
  return socket.sent() + std::min(config_.timeout, lifetime);
}

Port ConnectProber::port_for(const Probe& probe) const {
  if (config_.ports.first.value == 0) return {};
  return {
      static_cast<std::uint16_t>(config_.ports.first.value + probe.id.index % config_.ports.count)};
}

void ConnectProber::send(std::span<const Probe> probes) {
  for (const Probe& probe : probes) send(probe);
}

void ConnectProber::send(const Probe& probe) {
  if (!held_.empty()) {
    held_.push_back(probe);
    return;
  }
  try {
    open_socket(probe);
    outage_.over();
  } catch (const WayGone& error) {
    if (!outage_.goes_on(clock_.now())) throw;
    held_.push_back(probe);
  } catch (const PacketRefused& error) {
    note_refusal(probe, error.refusal);
  }
}

void ConnectProber::note_refusal(const Probe& probe, const Refusal& refusal) {
  Refusals& known = refusals_[probe.id.trace];
  known.probes.push_back(probe.id.index);
  known.last = refusal;
  refused_.push_back(probe.id);
}

void ConnectProber::send_held() {
  if (held_.empty() || clock_.now() < outage_.next_try()) return;
  const auto probes = std::exchange(held_, {});
  for (const Probe& probe : probes) send(probe);
}

void ConnectProber::open_socket(const Probe& probe) {
  const Port port = port_for(probe);
  free_port(probe, port);
  if (open_.size() == most_open_) {
    ++stats_.queue_dropped;
    end(open_.begin());
  }
  const SocketWay& way = way_to(probe.target.address);
  const auto socket = open_.emplace(open_.end(), way, probe, port, clock_);
  by_fd_[socket->fd()] = socket;
  ends_.emplace(given_up_at(*socket), socket->fd());
  ready_.add(socket->fd());
}

void ConnectProber::free_port(const Probe& probe, Port port) {
  if (port.value == 0) return;
  for (auto socket = open_.begin(); socket != open_.end();) {
    const Probe& other = socket->probe();
    const bool same = other.target == probe.target && port_for(other) == port;
    socket = same ? end(socket) : std::next(socket);
  }
}

std::span<const Reply> ConnectProber::wait(TimePoint until) {
  replies_.clear();
  TimePoint first_end = ends_.empty() ? never : ends_.begin()->first;
  if (!accepted_.empty()) first_end = std::min(first_end, accepted_.front().until);
  if (!held_.empty()) until = std::min(until, outage_.next_try());
  const auto ready = ready_.wait(waker_, std::min(until, first_end), clock_);
  waker_.drain();
  take_results(ready);
  give_up_old();
  send_held();
  return replies_;
}

void ConnectProber::take_results(std::span<const int> ready) {
  for (const int fd : ready) {
    const auto socket = by_fd_.at(fd);
    if (take_accepted(socket)) continue;
    ++stats_.captured;
    auto reply = socket->result(stamps_);
    if (socket->refusal()) note_refusal(socket->probe(), *socket->refusal());
    if (reply && socket->is_connected()) {
      ready_.expect_error(socket->fd());
      accepted_.push_back(
          {.socket = socket, .reply = std::move(*reply), .until = clock_.now() + reset_watch});
      continue;
    }
    if (reply) replies_.push_back(std::move(*reply));
    end(socket);  // the kernel would go on repeating some SYNs although they were answered
  }
  release_accepted(clock_.now());
}

/// False: the socket is none that was watched.
bool ConnectProber::take_accepted(Sockets::iterator socket) {
  const auto accepted = std::find_if(accepted_.begin(), accepted_.end(),
                                     [&](const auto& one) { return one.socket == socket; });
  if (accepted == accepted_.end()) return false;
  accepted->until = {};
  accepted_.splice(accepted_.begin(), accepted_, accepted);
  return true;
}

/// Hands over those that were watched until then.
void ConnectProber::release_accepted(TimePoint until) {
  while (!accepted_.empty() && accepted_.front().until <= until) {
    const Accepted accepted = std::move(accepted_.front());
    accepted_.pop_front();
    replies_.push_back(accepted.reply);
    if (auto reset = accepted.socket->reset()) replies_.push_back(std::move(*reset));
    end(accepted.socket);
  }
}

/// Their answers would come too late, or the kernel would repeat their SYNs.
void ConnectProber::give_up_old() {
  const TimePoint now = clock_.now();
  while (!ends_.empty() && ends_.begin()->first <= now) {
    const auto socket = by_fd_.at(ends_.begin()->second);
    if (take_accepted(socket)) {
      release_accepted(now);
    } else {
      end(socket);
    }
  }
}

ConnectProber::Sockets::iterator ConnectProber::end(Sockets::iterator socket) {
  accepted_.remove_if([&](const auto& one) { return one.socket == socket; });
  ready_.remove(socket->fd());
  ends_.erase({given_up_at(*socket), socket->fd()});
  by_fd_.erase(socket->fd());
  return open_.erase(socket);
}

void ConnectProber::complete(Trace& trace) {
  const auto refused = refusals_.find(trace.id);
  if (refused != refusals_.end()) {
    const auto& probes = refused->second.probes;
    trace.refusal = refused->second.last;
    for (Hop& hop : trace.hops) {
      for (ProbeRecord& probe : hop.probes) {
        const bool was_sent = std::find(probes.begin(), probes.end(), probe.index) == probes.end();
        if (!was_sent) probe.departure = Departure::refused;
      }
    }
  }
  explain_silence(trace, config_.why_unsent);
  // A socket gets no error from the kernel when the packet filter dropped its SYN.
  if (!has_shown_up(trace)) doubt_unwatched(trace);
}

void ConnectProber::conclude(std::uint32_t trace) {
  refusals_.erase(trace);
  for (auto socket = open_.begin(); socket != open_.end();) {
    socket = socket->probe().id.trace == trace ? end(socket) : std::next(socket);
  }
}

void ConnectProber::retire(std::uint32_t trace, std::uint32_t below) {
  refusals_.erase(trace);
  for (auto socket = open_.begin(); socket != open_.end();) {
    const ProbeId& id = socket->probe().id;
    socket = id.trace == trace && id.index < below ? end(socket) : std::next(socket);
  }
}

}  // namespace tracetcp
