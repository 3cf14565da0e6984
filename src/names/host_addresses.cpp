#include "names/host_addresses.hpp"

#include "names/ares_answer.hpp"
#include "names/channel.hpp"
#include "platform/socket_name.hpp"
#include "platform/waker.hpp"

#include <deque>
#include <mutex>
#include <thread>
#include <unordered_map>
#include <utility>

namespace tracetcp {
namespace {

class DnsHostAddresses final : public HostAddresses {
 public:
  DnsHostAddresses(std::optional<Family> family, std::function<void()> on_answer,
                   const std::string& servers)
      : family_(family),
        on_answer_(std::move(on_answer)),
        channel_(servers),
        thread_([this] { run(); }) {}

  ~DnsHostAddresses() override {
    {
      const std::lock_guard lock(mutex_);
      stop_ = true;
    }
    wakeup_.notify();
    thread_.join();
  }

  DnsHostAddresses(const DnsHostAddresses&) = delete;
  DnsHostAddresses& operator=(const DnsHostAddresses&) = delete;

  void ask(const std::string& host) override {
    {
      const std::lock_guard lock(mutex_);
      waiting_.push_back(host);
    }
    wakeup_.notify();
  }

  std::optional<Found> take(const std::string& host) override {
    const std::lock_guard lock(mutex_);
    const auto found = found_.find(host);
    if (found == found_.end()) return std::nullopt;
    auto taken = std::move(found->second);
    found_.erase(found);
    return taken;
  }

 private:
  /// What a callback needs to know.
  struct Query {
    DnsHostAddresses* all;
    std::string host;
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

  /// False: it is time to stop.
  bool start_queries() {
    std::deque<std::string> hosts;
    {
      const std::lock_guard lock(mutex_);
      if (stop_) return false;
      hosts.swap(waiting_);
    }
    ares_addrinfo_hints hints{};
    hints.ai_family = family_ ? socket_family(*family_) : AF_UNSPEC;  // sorted by RFC 6724
    for (const std::string& host : hosts) {
      ares_getaddrinfo(channel_.get(), host.c_str(), nullptr, &hints, on_addresses,
                       new Query{this, host});
    }
    return true;
  }

  static void on_addresses(void* argument, int status, int, ares_addrinfo* result) {
    const std::unique_ptr<Query> query(static_cast<Query*>(argument));
    Found found{.addresses = take_addresses(result), .failure = ""};
    if (status == ARES_EDESTRUCTION) return;
    DnsHostAddresses& all = *query->all;
    if (found.addresses.empty()) found.failure = why_unresolved(query->host, all.family_, status);
    {
      const std::lock_guard lock(all.mutex_);
      all.found_[query->host] = std::move(found);
    }
    if (all.on_answer_) all.on_answer_();
  }

  const std::optional<Family> family_;
  const std::function<void()> on_answer_;
  const Waker wakeup_;

  std::mutex mutex_;  // guards the next three
  std::deque<std::string> waiting_;
  std::unordered_map<std::string, Found> found_;
  bool stop_ = false;

  AresChannel channel_;  // the thread's alone
  std::thread thread_;   // last: it uses all others
};

}  // namespace

std::unique_ptr<HostAddresses> dns_host_addresses(std::optional<Family> family,
                                                  std::function<void()> on_answer,
                                                  const std::string& servers) {
  return std::make_unique<DnsHostAddresses>(family, std::move(on_answer), servers);
}

}  // namespace tracetcp
