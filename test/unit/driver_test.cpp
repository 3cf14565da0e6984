// The loop of all runs, with tasks and a prober that only note what happens.

#include "drive/driver.hpp"

#include "../idle_observer.hpp"
#include "drive/wait_for.hpp"

#include <tracetcp/error.hpp>

#include <doctest/doctest.h>

#include <algorithm>
#include <deque>
#include <string>

using namespace tracetcp;
using namespace std::chrono_literals;

namespace driver_test {
namespace {

using Log = std::string;

/// Time passes only in wait(): to the next reply, or to `until`.
class FakeProber final : public Prober {
 public:
  TimePoint now() override { return now_; }
  void send(std::span<const Probe> probes) override {
    if (fails) throw Error("the link is down");
    for (const Probe& probe : probes) log += "s" + std::to_string(probe.id.trace) + " ";
  }
  std::span<const Reply> wait(TimePoint until) override {
    replies_.clear();
    if (!coming.empty() && coming.front().time <= until) {
      now_ = std::max(now_, coming.front().time);
      replies_.push_back(coming.front());
      coming.pop_front();
    } else {
      REQUIRE(until != never);  // it would wait for ever
      now_ = std::max(now_, until);
    }
    return replies_;
  }
  void conclude(std::uint32_t) override {}
  [[nodiscard]] const Tally& ignored() const override { return tally_; }
  LinkStats stats() override { return {}; }

  void will_come(std::uint32_t trace, Duration after) {
    Reply reply;
    reply.trace = trace;
    reply.probe = 0;
    reply.from = Address(0x0a000000 + trace);
    reply.time = TimePoint(after);
    coming.push_back(reply);
  }

  Log log;
  bool fails = false;
  std::deque<Reply> coming;

 private:
  TimePoint now_{};
  std::vector<Reply> replies_;
  Tally tally_;
};

/// Sends one probe by its first trace and ends with the first reply, or when it has waited.
class OneProbe final : public Task {
 public:
  OneProbe(Log& log, std::string name, std::uint32_t first_id, std::uint32_t ids, Duration patience)
      : log_(log), name_(std::move(name)), first_id_(first_id), ids_(ids), patience_(patience) {}

  [[nodiscard]] std::uint32_t ids() const override { return ids_; }
  void next(TimePoint now, std::vector<Probe>& due) override {
    if (give_up_ != TimePoint{}) return;
    give_up_ = now + patience_;
    Probe probe;
    probe.id.trace = first_id_;
    due.push_back(probe);
  }
  std::optional<Reason> on(const Reply&) override {
    if (done_) return Reason::duplicate;
    done_ = true;
    return std::nullopt;
  }
  void settle(TimePoint now) override { done_ = done_ || now >= give_up_; }
  [[nodiscard]] TimePoint wake() const override { return give_up_; }
  [[nodiscard]] bool done() const override { return done_; }
  void cut_short(TimePoint, EndedBy by) override {
    if (!done_) log_ += by == EndedBy::user ? "cut " : "failed ";
    done_ = true;
  }
  void begin(Observer&) override { log_ += "+" + name_ + " "; }
  void report(Observer&, TimePoint) override {}
  void finish(Observer&, Prober&) override { log_ += "-" + name_ + " "; }

 private:
  Log& log_;
  const std::string name_;
  const std::uint32_t first_id_;
  const std::uint32_t ids_;
  const Duration patience_;
  TimePoint give_up_{};
  bool done_ = false;
};

/// Hands out so many tasks: a, b, c, ..., each with so many traces.
class Some final : public TaskSource {
 public:
  Some(Log& log, std::size_t tasks, std::uint32_t ids) : log_(log), left_(tasks), ids_(ids) {}

  Task* next(std::uint32_t first_id, TimePoint) override {
    if (left_ == 0) return nullptr;
    --left_;
    ++under_way;
    most = std::max(most, under_way);
    std::string name(1, static_cast<char>('a' + tasks_.size() % 26));
    return &tasks_.emplace_back(log_, name, first_id, ids_, 1s);
  }
  [[nodiscard]] bool exhausted() const override { return left_ == 0; }
  void ended(Task&) override { --under_way; }

  std::size_t under_way = 0;
  std::size_t most = 0;

 private:
  Log& log_;
  std::size_t left_;
  std::uint32_t ids_;
  std::deque<OneProbe> tasks_;
};

struct Fixture {
  explicit Fixture(std::size_t tasks, std::uint32_t ids = 1, Window limits = {})
      : source(prober.log, tasks, ids), window(limits) {}

  FakeProber prober;
  Some source;
  Window window;
  IdleObserver idle;
  Tally late;
  Driver driver{
      prober,
      source,
      {.observer = idle,
       .late = late,
       .heard =
           [this](Address from) { prober.log += "h" + std::to_string(from.ipv4() & 0xffU) + " "; }},
      window};

  void drive() {
    tracetcp::drive(
        driver, prober, [] { return false; }, nullptr);
  }
};

}  // namespace

TEST_CASE("results are reported in the order of the tasks, whichever ends first") {
  Fixture run(3);
  run.prober.will_come(2, 1ms);
  run.prober.will_come(0, 2ms);
  run.drive();  // the second waits in vain
  CHECK(run.prober.log == "+a s0 s1 s2 h2 h0 -a +b -b +c -c ");
  CHECK(run.prober.now() == TimePoint(1s));
}

TEST_CASE("a reply belongs to the task that has its trace, where tasks have several") {
  Fixture run(3, 10);
  run.prober.will_come(19, 1ms);  // the last of the second
  run.prober.will_come(20, 2ms);  // the first of the third
  run.prober.will_come(30, 3ms);  // nobody's
  run.prober.will_come(9, 4ms);   // the last of the first
  run.drive();
  CHECK(run.prober.log == "+a s0 s10 s20 h19 h20 h30 h9 -a +b -b +c -c ");
  CHECK(run.late.of(Reason::late) == 1);
  CHECK(run.prober.now() == TimePoint(4ms));
}

TEST_CASE("a reply that changes nothing is counted by its task's reason, after its end as late") {
  Fixture run(2);
  for (int i = 1; i <= 2; ++i) run.prober.will_come(1, 1ms);
  run.prober.will_come(0, 2ms);
  run.prober.will_come(0, 2ms);
  run.drive();
  CHECK(run.late.of(Reason::duplicate) == 1);
  CHECK(run.prober.coming.size() == 1);  // all is done before that comes
}

TEST_CASE("a task begins when any other has ended, and 64 are under way at most") {
  Fixture run(65);
  run.prober.will_come(63, 1ms);
  run.driver.advance(run.prober.now());
  CHECK(run.source.most == 64);
  run.driver.step(run.driver.wake());
  run.driver.advance(run.prober.now());
  CHECK(run.source.most == 65);  // the first, which others wait for, is not done
  run.drive();
  CHECK(run.driver.done());
}

TEST_CASE("where results are handed over as tasks end, none waits for another") {
  Fixture run(3, 1, {.order = Window::Order::as_ended});
  run.prober.will_come(2, 1ms);
  run.prober.will_come(0, 2ms);
  run.prober.will_come(2, 3ms);  // its task is over
  run.drive();
  CHECK(run.prober.log == "s0 s1 s2 h2 +c -c h0 +a -a h2 +b -b ");
  CHECK(run.late.of(Reason::late) == 1);
  CHECK(run.source.under_way == 0);
}

TEST_CASE("a window that hands over as tasks end is no smaller for the first being slow") {
  Fixture run(200, 1, {.under_way = 2, .order = Window::Order::as_ended});
  for (std::uint32_t trace = 1; trace < 200; ++trace) run.prober.will_come(trace, trace * 1ms);
  run.drive();
  CHECK(run.driver.done());
  CHECK(run.prober.now() == TimePoint(1s));  // as long as the first waits
}

TEST_CASE("an interruption hands over what is under way, in the order in which it began") {
  Fixture run(3, 1, {.order = Window::Order::as_ended});
  run.prober.will_come(1, 1ms);
  int asked = 0;
  drive(
      run.driver, run.prober, [&] { return asked++ == 1; }, nullptr);
  CHECK(run.prober.log == "s0 s1 s2 h1 +b -b cut cut +a -a +c -c ");
}

TEST_CASE("an error ends all tasks and is thrown on, an interruption before the start ends one") {
  Fixture failing(2);
  failing.prober.fails = true;
  CHECK_THROWS_AS(failing.drive(), Error);
  CHECK(failing.prober.log == "+a failed failed -a +b -b ");
  Fixture interrupted(2);
  drive(
      interrupted.driver, interrupted.prober, [] { return true; }, nullptr);
  CHECK(interrupted.prober.log == "+a cut -a ");
}

}  // namespace driver_test
