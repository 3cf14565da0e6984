#include "names/channel.hpp"
#include "names/safe_name.hpp"
#include "platform/waker.hpp"

#include <tracetcp/dns.hpp>
#include <tracetcp/error.hpp>

#include <netdb.h>
#include <sys/socket.h>

#include <deque>
#include <mutex>
#include <system_error>
#include <thread>
#include <unordered_map>

namespace tracetcp {

namespace {

/// So many queries on their way at once; the others wait their turn.
constexpr std::size_t most_active = 32;

/// A capture may hold the addresses of half the Internet. So many may wait for their turn; then the
/// first of them is given up. So many that were settled are known; then the first is forgotten.
constexpr std::size_t most_waiting = 20'000;
constexpr std::size_t most_settled = 100'000;

class DnsNames final : public Names {
 public:
  DnsNames(std::function<void()> on_answer, const std::string& servers)
      : on_answer_(std::move(on_answer)), channel_(servers), thread_([this] { run(); }) {}

  ~DnsNames() override {
    {
      const std::lock_guard lock(mutex_);
      stop_ = true;
    }
    wakeup_.notify();
    thread_.join();
  }

  DnsNames(const DnsNames&) = delete;
  DnsNames& operator=(const DnsNames&) = delete;

  void ask(Address address) override {
    {
      const std::lock_guard lock(mutex_);
      if (!names_.try_emplace(address).second) return;
      waiting_.push_back(address);
      if (waiting_.size() > most_waiting) {
        settle(waiting_.front(), "");
        waiting_.pop_front();
      }
    }
    wakeup_.notify();
  }

  [[nodiscard]] std::optional<std::string> of(Address address) const override {
    const std::lock_guard lock(mutex_);
    const auto found = names_.find(address);
    return found == names_.end() ? std::nullopt : found->second;
  }

 private:
  /// What a callback needs to know.
  struct Query {
    DnsNames* names;
    Address address;
  };

  void run() {
    // Nothing but a query's timeout, an answer or the wakeup ends a wait; this is only a bound.
    constexpr std::chrono::milliseconds longest_wait = std::chrono::minutes(1);
    while (start_queries()) {
      channel_.step(longest_wait, wakeup_.fd());
      wakeup_.drain();
    }
    ares_cancel(channel_.get());
  }

  /// Starts as many as may be on their way; false: it is time to stop.
  bool start_queries() {
    while (true) {
      Address address;
      {
        const std::lock_guard lock(mutex_);
        if (stop_) return false;
        if (active_ == most_active || waiting_.empty()) return true;
        address = waiting_.front();
        waiting_.pop_front();
      }
      ++active_;
      constexpr int ipv4_size = 4;  // bytes, the last of all
      const auto bytes = address.bytes();
      const bool is_ipv4 = address.family() == Family::ipv4;
      const int size = is_ipv4 ? ipv4_size : static_cast<int>(bytes.size());
      // Not under the lock: what the hosts file knows is answered before this returns.
      ares_gethostbyaddr(channel_.get(),
                         bytes.data() + bytes.size() - static_cast<std::size_t>(size), size,
                         is_ipv4 ? AF_INET : AF_INET6, on_host, new Query{this, address});
    }
  }

  static void on_host(void* argument, int status, int, hostent* host) {
    const std::unique_ptr<Query> query(static_cast<Query*>(argument));
    --query->names->active_;
    if (status == ARES_ECANCELLED || status == ARES_EDESTRUCTION) return;
    const bool known = status == ARES_SUCCESS && host != nullptr && host->h_name != nullptr;
    query->names->answered(query->address, known ? safe_name(host->h_name) : "");
  }

  void answered(Address address, std::string name) {
    {
      const std::lock_guard lock(mutex_);
      settle(address, std::move(name));
    }
    if (on_answer_) on_answer_();
  }

  /// Under the lock.
  void settle(Address address, std::string name) {
    names_[address] = std::move(name);
    settled_.push_back(address);
    if (settled_.size() <= most_settled) return;
    names_.erase(settled_.front());
    settled_.pop_front();
  }

  const std::function<void()> on_answer_;
  const Waker wakeup_;

  mutable std::mutex mutex_;                                       // guards the next four
  std::unordered_map<Address, std::optional<std::string>> names_;  // no value: asked for
  std::deque<Address> waiting_;
  std::deque<Address> settled_;  // of names_, in the order of the answers
  bool stop_ = false;

  std::size_t active_ = 0;  // these two are the thread's alone
  AresChannel channel_;
  std::thread thread_;  // last: it uses all others
};

}  // namespace

std::unique_ptr<Names> dns_names(std::function<void()> on_answer, const std::string& servers) {
  try {
    return std::make_unique<DnsNames>(std::move(on_answer), servers);
  } catch (const Error&) {  // names are a courtesy: without them a trace is still a trace
    return std::make_unique<NoNames>();
  } catch (const std::system_error&) {  // no thread to be had
    return std::make_unique<NoNames>();
  }
}

}  // namespace tracetcp
