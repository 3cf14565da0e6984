#include "session/list_run.hpp"

#include "drive/driver.hpp"
#include "drive/wait_for.hpp"
#include "session/kept_trace.hpp"
#include "session/unseen_lines.hpp"

#include <tracetcp/error.hpp>

#include <deque>
#include <utility>

namespace tracetcp {
namespace {

/// Lines that are all known.
class KnownLines final : public TargetFeed {
 public:
  explicit KnownLines(std::vector<TargetLine> lines) : lines_(lines.begin(), lines.end()) {}

  std::optional<TargetLine> next() override {
    if (lines_.empty()) return std::nullopt;
    TargetLine line = std::move(lines_.front());
    lines_.pop_front();
    return line;
  }
  [[nodiscard]] bool exhausted() const override { return lines_.empty(); }

 private:
  std::deque<TargetLine> lines_;
};

}  // namespace

ListRun::ListRun(OpenedTargets& opened, const SessionOptions& options,
                 std::function<bool()> interrupted, Judging judging)
    : opened_(opened),
      options_(options),
      interrupted_(std::move(interrupted)),
      judging_(judging),
      prober_(opened.session, options.tag_mode) {}

void ListRun::wait_for(Meanwhile& meanwhile) {
  tracetcp::wait_for(meanwhile, *prober_, interrupted_);
}

void ListRun::run(TargetFeed& feed, LineObserver& observer, Meanwhile& beside) {
  if (!opened_.use_sockets) return trace(*prober_, feed, observer, beside);
  UnseenLines unseen(observer);
  try {
    trace(*prober_, feed, unseen, beside);
    if (!unseen.empty() && !interrupted_()) {
      opened_.use_sockets(opened_);
      sockets_.emplace(opened_.session, options_.tag_mode);
      KnownLines again(unseen.begin_again());
      trace(**sockets_, again, unseen, beside);
    }
  } catch (const Error&) {
    unseen.give_up();
    throw;
  }
  unseen.give_up();
}

void ListRun::trace(Prober& prober, TargetFeed& feed, LineObserver& observer, Meanwhile& beside) {
  LineTraces traces({.prober = prober,
                     .options = options_,
                     .feed = feed,
                     .hosts = *opened_.hosts,
                     .ways = *opened_.ways,
                     .observer = observer,
                     .judges = judging_.judges,
                     .compares_judged = judging_.compares},
                    strategy_in(opened_.session, options_.strategy));
  KeptTrace nothing([](const Trace&) {});
  Sink sink{.observer = nothing, .late = late_};
  sink.heard = [&beside](Address from) { beside.heard(from); };
  try {
    Driver driver(prober, traces, sink,
                  {.under_way = most_side_by_side, .order = Window::Order::as_ended});
    drive(driver, prober, interrupted_, &beside);
  } catch (const Error&) {
    traces.finish();
    throw;
  }
  traces.finish();
  tracetcp::wait_for(beside, prober, interrupted_);
}

}  // namespace tracetcp
