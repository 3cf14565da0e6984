#include "platform/unprivileged.hpp"

#include "platform/confine.hpp"
#include "platform/interrupt.hpp"
#include "platform/privileges.hpp"

#include <tracetcp/error.hpp>

#include <poll.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <csignal>

namespace tracetcp {
namespace {

constexpr char success = '+';  // first byte of what the child writes; else it is an error's text
constexpr char failure = '-';

[[noreturn]] void be_child(int out, const std::function<std::string()>& work) {
  std::string answer;
  try {
    confine({.sockets = true});
    answer = success + work();
  } catch (const std::exception& error) {
    answer = failure + std::string(error.what());
  }
  const auto written = write(out, answer.data(), answer.size());
  _exit(written == static_cast<ssize_t>(answer.size()) ? 0 : 1);
}

/// False: a signal came first.
bool wait_for_some(int in) {
  std::array<pollfd, 2> fds{{{.fd = in, .events = POLLIN, .revents = 0},
                             {.fd = Interrupt::fd(), .events = POLLIN, .revents = 0}}};
  return poll(fds.data(), fds.size(), -1) > 0 && fds[1].revents == 0;
}

/// All that comes, or nothing where a signal came first.
std::string read_all(int in) {
  std::string text;
  std::array<char, 1024> buffer{};
  for (;;) {
    if (!wait_for_some(in)) return {};
    const auto size = read(in, buffer.data(), buffer.size());
    if (size == -1) return {};
    if (size == 0) return text;
    text.append(buffer.data(), static_cast<std::size_t>(size));
  }
}

}  // namespace

std::string run_unprivileged(const std::function<std::string()>& work) {
  std::array<int, 2> ends{};
  if (pipe(ends.data()) != 0) throw Error::system("cannot make a pipe", errno);
  const pid_t child = fork();
  if (child == -1) {
    const int code = errno;
    close(ends[0]);
    close(ends[1]);
    if (is_unprivileged()) return work();  // nothing that the other process would not have
    throw Error::system("cannot make a process without privileges to look something up", code,
                        "give the host's address, or run as a user without privileges");
  }
  if (child == 0) {
    close(ends[0]);
    be_child(ends[1], work);
  }
  close(ends[1]);
  const std::string answer = read_all(ends[0]);
  close(ends[0]);
  if (answer.empty()) kill(child, SIGKILL);
  waitpid(child, nullptr, 0);
  if (answer.empty()) throw Error("the look-up of a name ended without an answer");
  if (answer.front() == failure) throw Error(answer.substr(1));
  return answer.substr(1);
}

}  // namespace tracetcp
