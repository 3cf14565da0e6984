#pragma once

#include "identity/tagger.hpp"
#include "platform/outage.hpp"
#include "platform/real_time.hpp"
#include "platform/waker.hpp"
#include "prober/sockets/probe_socket.hpp"
#include "prober/sockets/ready_sockets.hpp"

#include <tracetcp/prober.hpp>

#include <deque>
#include <functional>
#include <list>
#include <set>
#include <unordered_map>
#include <utility>
#include <vector>

namespace tracetcp {

/// Why this system has no such method; empty: it has.
std::string connect_is_missing();

/// What a prober of sockets needs to know.
struct ConnectConfig {
  SocketWay way;
  /// The way to each target, where they are many; empty: `way` leads to it.
  std::function<const SocketWay&(Address target)> way_to{};
  PortBlock ports;   ///< source ports, taken in turn; first 0: the kernel chooses one for each
  Duration timeout;  ///< how long a probe may wait for its answer
  WhyUnsent why_unsent{};  ///< asked where nothing of a trace was answered
};

/// The Prober without privileges: a socket for each probe. It never sees a packet, only what the
/// kernel makes of the first answer to each probe. Two probes of a trace under way at once need
/// different source ports: where one has to take that of another, the earlier is given up.
class ConnectProber final : public Prober {
 public:
  /// `waker` ends waits early. Throws Error.
  ConnectProber(ConnectConfig config, const Waker& waker);
  ~ConnectProber() override = default;
  ConnectProber(const ConnectProber&) = delete;
  ConnectProber& operator=(const ConnectProber&) = delete;

  TimePoint now() override { return clock_.now(); }
  void send(std::span<const Probe> probes) override;
  std::span<const Reply> wait(TimePoint until) override;
  std::vector<ProbeId> take_refused() override { return std::exchange(refused_, {}); }
  void complete(Trace& trace) override;
  void conclude(std::uint32_t trace) override;
  void retire(std::uint32_t trace, std::uint32_t below) override;
  [[nodiscard]] const Tally& ignored() const override { return ignored_; }
  [[nodiscard]] LinkStats stats() override { return stats_; }

 private:
  using Sockets = std::list<ProbeSocket>;  // by age

  /// A connection that is there: a SYN proxy that finds the port closed resets it at once.
  struct Accepted {
    Sockets::iterator socket;
    Reply reply;  ///< the SYN-ACK, handed over when it is known whether a RST followed
    TimePoint until;
  };

  /// SYNs of a trace that this machine did not send.
  struct Refusals {
    std::vector<std::uint32_t> probes;  ///< ProbeId::index
    Refusal last;
  };

  [[nodiscard]] Port port_for(const Probe& probe) const;
  void send(const Probe& probe);
  void send_held();
  void open_socket(const Probe& probe);
  void note_refusal(const Probe& probe, const Refusal& refusal);
  void free_port(const Probe& probe, Port port);
  [[nodiscard]] const SocketWay& way_to(Address target) const;
  [[nodiscard]] TimePoint given_up_at(const ProbeSocket& socket) const;
  void take_results(std::span<const int> ready);
  bool take_accepted(Sockets::iterator socket);
  void release_accepted(TimePoint until);
  void give_up_old();
  Sockets::iterator end(Sockets::iterator socket);

  ConnectConfig config_;
  const Waker& waker_;
  SteadyRealTime clock_;
  SteadyStamps stamps_;
  ReadySockets ready_;
  std::size_t most_open_;
  Sockets open_;
  std::unordered_map<int, Sockets::iterator> by_fd_;
  std::set<std::pair<TimePoint, int>> ends_;  // when each is given up, by its fd
  std::list<Accepted> accepted_;              // by age; their sockets are in open_
  std::deque<Probe> held_;                    // while the way out is gone
  Outage outage_;
  std::unordered_map<std::uint32_t, Refusals> refusals_;  // by trace
  std::vector<ProbeId> refused_;
  std::vector<Reply> replies_;
  Tally ignored_;
  LinkStats stats_;
};

}  // namespace tracetcp
