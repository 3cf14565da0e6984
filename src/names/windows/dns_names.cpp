#include "names/safe_name.hpp"
#include "platform/windows/resolver.hpp"

#include <tracetcp/dns.hpp>

#include <condition_variable>
#include <deque>
#include <mutex>
#include <system_error>
#include <thread>
#include <unordered_map>

namespace tracetcp {
namespace {

/// The most look-ups at once; further ones wait in a queue.
constexpr std::size_t most_threads = 16;

/// As of the look-ups by c-ares: the most that may wait for their turn, and the most answers that
/// are kept.
constexpr std::size_t most_waiting = 20'000;
constexpr std::size_t most_settled = 100'000;

/// What the threads share, and outlives them: a look-up can't be interrupted, so nothing waits for
/// their end.
class Shared {
 public:
  explicit Shared(std::function<void()> on_answer) : on_answer_(std::move(on_answer)) {}

  /// Whether one more thread is wanted.
  bool ask(const Address& address) {
    const std::lock_guard lock(mutex_);
    if (!names_.try_emplace(address).second) return false;
    waiting_.push_back(address);
    if (waiting_.size() > most_waiting) {
      settle(waiting_.front(), "");
      waiting_.pop_front();
    }
    changed_.notify_one();
    if (idle_ >= waiting_.size() || threads_ == most_threads) return false;
    ++threads_;
    return true;
  }

  [[nodiscard]] std::optional<std::string> of(const Address& address) const {
    const std::lock_guard lock(mutex_);
    const auto found = names_.find(address);
    return found == names_.end() ? std::nullopt : found->second;
  }

  void stop() {
    const std::lock_guard lock(mutex_);
    is_stopped_ = true;
    changed_.notify_all();
  }

  void look_up() {
    std::unique_lock lock(mutex_);
    for (;;) {
      ++idle_;
      changed_.wait(lock, [&] { return is_stopped_ || !waiting_.empty(); });
      --idle_;
      if (is_stopped_) return;
      const Address address = waiting_.front();
      waiting_.pop_front();
      lock.unlock();
      const std::string name = windows::name_of_address(address);
      lock.lock();
      if (is_stopped_) return;
      settle(address, name.empty() ? "" : safe_name(name.c_str()));
      if (on_answer_) on_answer_();  // under the lock: after stop() it is called no more
    }
  }

 private:
  void settle(const Address& address, std::string name) {
    names_[address] = std::move(name);
    settled_.push_back(address);
    if (settled_.size() <= most_settled) return;
    names_.erase(settled_.front());
    settled_.pop_front();
  }

  const std::function<void()> on_answer_;
  mutable std::mutex mutex_;  // guards all that follow
  std::condition_variable changed_;
  std::unordered_map<Address, std::optional<std::string>> names_;  // no value: asked for
  std::deque<Address> waiting_;
  std::deque<Address> settled_;  // of names_, in the order of the answers
  std::size_t threads_ = 0;
  std::size_t idle_ = 0;
  bool is_stopped_ = false;
};

class SystemNames final : public Names {
 public:
  explicit SystemNames(std::function<void()> on_answer)
      : shared_(std::make_shared<Shared>(std::move(on_answer))) {}
  ~SystemNames() override { shared_->stop(); }
  SystemNames(const SystemNames&) = delete;
  SystemNames& operator=(const SystemNames&) = delete;

  void ask(Address address) override {
    if (!shared_->ask(address)) return;
    try {
      std::thread([shared = shared_] { shared->look_up(); }).detach();
    } catch (const std::system_error&) {  // the threads that are there have to do
    }
  }

  [[nodiscard]] std::optional<std::string> of(Address address) const override {
    return shared_->of(address);
  }

 private:
  std::shared_ptr<Shared> shared_;
};

}  // namespace

std::unique_ptr<Names> dns_names(std::function<void()> on_answer, const std::string& /*servers*/) {
  return std::make_unique<SystemNames>(std::move(on_answer));
}

}  // namespace tracetcp
