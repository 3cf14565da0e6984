#include "session/opened_session.hpp"
#include "session/watched_prober.hpp"

#include <tracetcp/diagnose.hpp>
#include <tracetcp/engine.hpp>
#include <tracetcp/session.hpp>

#include <utility>

namespace tracetcp {
namespace {

/// Keeps the traces, and hands on their hops.
class Collecting final : public Observer {
 public:
  explicit Collecting(const Session::OnHop& on_hop) : on_hop_(on_hop) {}

  void begun(const Trace&) override {}
  void settled(const Trace& trace, const Hop& hop) override {
    if (on_hop_) on_hop_(trace, hop);
  }
  void finished(const Trace& trace) override { traces_.push_back(trace); }

  [[nodiscard]] std::vector<Trace> take() { return std::move(traces_); }

 private:
  const Session::OnHop& on_hop_;
  std::vector<Trace> traces_;
};

void diagnose_all(std::vector<Trace>& traces) {
  std::vector<Digest> all;
  all.reserve(traces.size());
  for (const Trace& trace : traces) all.push_back(digest(trace));
  const std::vector<Digest> others = telling(all);
  for (std::size_t i = 0; i < traces.size(); ++i) traces[i].diagnosis = diagnose(all[i], others);
}

}  // namespace

struct Session::Impl {
  explicit Impl(SessionOptions asked) : options(std::move(asked)) {}

  std::vector<Trace> run(const OnHop& on_hop, const std::function<bool()>& interrupted) {
    const WatchedProber prober(session, options.tag_mode);
    Collecting collecting(on_hop);
    Tally late;
    const Job job{.target = session.target, .ports = options.ports};
    const Strategy strategy = strategy_in(session, options.strategy);
    prober.watch(collecting, nullptr, [&](Observer& observer, Meanwhile* meanwhile) {
      if (options.all_paths) {
        run_paths(*prober, strategy, job, {session.source, session.source_ports.first}, observer,
                  interrupted, late, meanwhile);
      } else {
        tracetcp::run(*prober, strategy, job, observer, interrupted, late, meanwhile);
      }
    });
    if (session.recording != nullptr) session.recording->finish();
    return collecting.take();
  }

  SessionOptions options;
  Waker waker;
  Beside nothing;
  OpenedSession session = open_session(options, waker, nothing);
};

Session::Session(SessionOptions options) : impl_(std::make_unique<Impl>(std::move(options))) {}
Session::~Session() = default;
Session::Session(Session&&) noexcept = default;
Session& Session::operator=(Session&&) noexcept = default;

Address Session::target() const {
  return impl_->session.target;
}

Endpoint Session::source() const {
  return {impl_->session.source, impl_->session.source_ports.first};
}

const std::string& Session::method() const {
  return impl_->session.method;
}

const std::string& Session::interface() const {
  return impl_->session.interface;
}

const std::vector<std::string>& Session::limits() const {
  return impl_->session.limits;
}

std::vector<Trace> Session::run(const OnHop& on_hop, const std::function<bool()>& interrupted) {
  const std::function<bool()> asked = interrupted ? interrupted : [] { return false; };
  std::vector<Trace> traces;
  try {
    traces = impl_->run(on_hop, asked);
  } catch (const NotSeenLeaving&) {
    impl_->session.use_sockets(impl_->session);
    traces = impl_->run(on_hop, asked);
  }
  diagnose_all(traces);
  return traces;
}

}  // namespace tracetcp
