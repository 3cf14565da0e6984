// Loaded into the program by LD_PRELOAD: sets the real-time clock anew while the program runs, for
// that program alone. LAB_STEP: by how many milliseconds; LAB_STEP_AFTER: how many after its first
// packet. Both what the program reads (clock_gettime) and what the kernel stamps (captured packets,
// the error queue of a socket) is changed, as by a real step. The file LAB_STEP_DONE is made when a
// stamp was changed.
#include <dlfcn.h>
#include <fcntl.h>
#include <pcap/pcap.h>
#include <sys/socket.h>
#include <unistd.h>

#include <atomic>
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <ctime>

namespace {

constexpr std::int64_t second = 1'000'000'000;  // ns

std::int64_t number(const char* name) {
  const char* text = std::getenv(name);
  return text == nullptr ? 0 : std::strtoll(text, nullptr, 10) * 1'000'000;
}

const std::int64_t step = number("LAB_STEP");
const std::int64_t after = number("LAB_STEP_AFTER");
const int done = [] {
  const char* path = std::getenv("LAB_STEP_DONE");
  return path == nullptr ? -1 : open(path, O_WRONLY | O_CREAT | O_CLOEXEC, 0666);
}();
std::atomic<std::int64_t> step_at{0};  // by the monotonic clock; 0: no packet yet

template <class Function>
Function* next(const char* name) {
  return reinterpret_cast<Function*>(dlsym(RTLD_NEXT, name));
}

int read_real(clockid_t id, timespec* time) {
  static const auto real = next<decltype(clock_gettime)>("clock_gettime");
  return real(id, time);
}

std::int64_t read_clock(clockid_t id) {
  timespec time{};
  read_real(id, &time);
  return time.tv_sec * second + time.tv_nsec;
}

bool is_over(std::int64_t monotonic) {
  const std::int64_t at = step_at.load();
  return at != 0 && monotonic >= at;
}

void add(timespec& time, std::int64_t more) {
  const std::int64_t sum = time.tv_sec * second + time.tv_nsec + more;
  time.tv_sec = sum / second;
  time.tv_nsec = sum % second;
}

/// A stamp of the kernel's, as it would be had the clock been set.
void change_stamp(timespec& stamp) {
  const std::int64_t ahead = read_clock(CLOCK_REALTIME) - read_clock(CLOCK_MONOTONIC);
  const std::int64_t monotonic = stamp.tv_sec * second + stamp.tv_nsec - ahead;
  if (step_at.load() == 0) step_at.store(monotonic + after);
  if (!is_over(monotonic)) return;
  add(stamp, step);
  if (done != -1) {
    const char mark = '.';
    [[maybe_unused]] const auto written = write(done, &mark, 1);
  }
}

struct Callback {
  pcap_handler handler;
  std::uint8_t* argument;
};

void hand_on(std::uint8_t* self, const pcap_pkthdr* header, const std::uint8_t* bytes) {
  const auto* callback = reinterpret_cast<const Callback*>(self);
  pcap_pkthdr changed = *header;
  timespec stamp{.tv_sec = header->ts.tv_sec, .tv_nsec = header->ts.tv_usec};  // in ns
  change_stamp(stamp);
  changed.ts.tv_sec = stamp.tv_sec;
  changed.ts.tv_usec = stamp.tv_nsec;
  callback->handler(callback->argument, &changed, bytes);
}

}  // namespace

extern "C" {

int clock_gettime(clockid_t id, timespec* time) noexcept {
  const int result = read_real(id, time);
  if (id == CLOCK_REALTIME && is_over(read_clock(CLOCK_MONOTONIC))) add(*time, step);
  return result;
}

int pcap_dispatch(pcap_t* pcap, int count, pcap_handler handler, std::uint8_t* argument) {
  Callback callback{handler, argument};
  static const auto real = next<decltype(pcap_dispatch)>("pcap_dispatch");
  return real(pcap, count, hand_on, reinterpret_cast<std::uint8_t*>(&callback));
}

ssize_t recvmsg(int fd, msghdr* message, int flags) {
  static const auto real = next<decltype(recvmsg)>("recvmsg");
  const ssize_t size = real(fd, message, flags);
  if (size < 0) return size;
  for (cmsghdr* part = CMSG_FIRSTHDR(message); part != nullptr; part = CMSG_NXTHDR(message, part)) {
    if (part->cmsg_level != SOL_SOCKET || part->cmsg_type != SCM_TIMESTAMPNS) continue;
    timespec stamp{};
    std::memcpy(&stamp, CMSG_DATA(part), sizeof stamp);
    change_stamp(stamp);
    std::memcpy(CMSG_DATA(part), &stamp, sizeof stamp);
  }
  return size;
}
}
