#include "session/side_by_side.hpp"

#include "platform/real_time.hpp"

#include <atomic>
#include <future>

namespace tracetcp {
namespace {

/// That something has ended, for one thread that waits for it.
class EndMark {
 public:
  void set() {
    is_set_ = true;
    waker_.notify();
  }
  [[nodiscard]] bool is_set() const { return is_set_; }
  [[nodiscard]] const Waker& waker() const { return waker_; }

 private:
  std::atomic<bool> is_set_ = false;
  Waker waker_;
};

/// Sets it at the end of its scope, however that is left.
class SetAtEnd {
 public:
  explicit SetAtEnd(EndMark& mark) : mark_(mark) {}
  ~SetAtEnd() { mark_.set(); }
  SetAtEnd(const SetAtEnd&) = delete;
  SetAtEnd& operator=(const SetAtEnd&) = delete;

 private:
  EndMark& mark_;
};

}  // namespace

void run_side_by_side(const std::function<void()>& first, const std::function<void()>& second,
                      const Waker& waker, const std::function<void()>& woken) {
  EndMark second_end;
  auto other = std::async(std::launch::async, [&] {
    const SetAtEnd at_end(second_end);
    second();
  });
  first();
  const SteadyRealTime clock;
  woken();
  while (!second_end.is_set()) {
    wait_notified(second_end.waker(), waker, never, clock);
    waker.drain();
    woken();
  }
  other.get();
}

}  // namespace tracetcp
