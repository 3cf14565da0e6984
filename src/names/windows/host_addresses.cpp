#include "names/host_addresses.hpp"

#include "names/windows/unresolved.hpp"

#include <condition_variable>
#include <deque>
#include <mutex>
#include <system_error>
#include <thread>
#include <unordered_map>

namespace tracetcp {
namespace {

/// The most hosts that are looked up at once; further ones wait in a queue.
constexpr std::size_t most_hosts_at_once = 16;

/// What the threads share, and outlives them: a look-up can't be interrupted, so nothing waits for
/// their end.
class HostQueue {
 public:
  HostQueue(std::optional<Family> family, std::function<void()> on_answer)
      : family_(family), on_answer_(std::move(on_answer)) {}

  /// Whether one more thread is wanted.
  bool ask(const std::string& host) {
    const std::lock_guard lock(mutex_);
    waiting_.push_back(host);
    changed_.notify_one();
    if (idle_ >= waiting_.size() || threads_ == most_hosts_at_once) return false;
    ++threads_;
    return true;
  }

  /// A thread that was wanted could not be started. Without any, all hosts fail.
  void miss_thread(const std::string& why) {
    const std::lock_guard lock(mutex_);
    if (--threads_ > 0) return;
    for (const std::string& host : waiting_) {
      settle(host, {.addresses = {}, .failure = "cannot look up \"" + host + "\": " + why});
    }
    waiting_.clear();
  }

  std::optional<HostAddresses::Found> take(const std::string& host) {
    const std::lock_guard lock(mutex_);
    const auto found = found_.find(host);
    if (found == found_.end()) return std::nullopt;
    auto taken = std::move(found->second);
    found_.erase(found);
    return taken;
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
      const std::string host = waiting_.front();
      waiting_.pop_front();
      lock.unlock();
      auto found = addresses_of(host);
      lock.lock();
      if (is_stopped_) return;
      settle(host, std::move(found));
    }
  }

 private:
  [[nodiscard]] HostAddresses::Found addresses_of(const std::string& host) const {
    if (const auto address = Address::parse(host)) return {.addresses = {*address}, .failure = ""};
    const auto answer = windows::addresses_of_host(host, family_);
    if (!answer.addresses.empty()) return {.addresses = answer.addresses, .failure = ""};
    return {.addresses = {}, .failure = why_unresolved(host, family_, answer)};
  }

  // Under the lock: after stop() on_answer_ is called no more.
  void settle(const std::string& host, HostAddresses::Found found) {
    found_[host] = std::move(found);
    if (on_answer_) on_answer_();
  }

  const std::optional<Family> family_;
  const std::function<void()> on_answer_;
  std::mutex mutex_;  // guards all that follow
  std::condition_variable changed_;
  std::deque<std::string> waiting_;
  std::unordered_map<std::string, HostAddresses::Found> found_;
  std::size_t threads_ = 0;
  std::size_t idle_ = 0;
  bool is_stopped_ = false;
};

class SystemHostAddresses final : public HostAddresses {
 public:
  SystemHostAddresses(std::optional<Family> family, std::function<void()> on_answer)
      : queue_(std::make_shared<HostQueue>(family, std::move(on_answer))) {}
  ~SystemHostAddresses() override { queue_->stop(); }
  SystemHostAddresses(const SystemHostAddresses&) = delete;
  SystemHostAddresses& operator=(const SystemHostAddresses&) = delete;

  void ask(const std::string& host) override {
    if (!queue_->ask(host)) return;
    try {
      std::thread([queue = queue_] { queue->look_up(); }).detach();
    } catch (const std::system_error& error) {
      queue_->miss_thread(error.what());
    }
  }

  std::optional<Found> take(const std::string& host) override { return queue_->take(host); }

 private:
  std::shared_ptr<HostQueue> queue_;
};

}  // namespace

std::unique_ptr<HostAddresses> dns_host_addresses(std::optional<Family> family,
                                                  std::function<void()> on_answer,
                                                  const std::string& /*servers*/) {
  return std::make_unique<SystemHostAddresses>(family, std::move(on_answer));
}

}  // namespace tracetcp
