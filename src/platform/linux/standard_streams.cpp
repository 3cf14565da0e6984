#include "platform/standard_streams.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <csignal>
#include <initializer_list>

namespace tracetcp {
namespace {

sigset_t mask_before{};

}  // namespace

bool keep_standard_streams() {
  std::signal(SIGXFSZ, SIG_IGN);
  bool is_output_closed = false;
  for (const int standard : {standard_input, standard_output, standard_error}) {
    if (fcntl(standard, F_GETFD) != -1) continue;
    is_output_closed = is_output_closed || standard == standard_output;
    if (open("/dev/null", standard == standard_output ? O_RDONLY : O_WRONLY) == -1) break;
  }
  return is_output_closed;
}

bool ignore_broken_pipes() {
  return std::signal(SIGPIPE, SIG_IGN) == SIG_IGN;
}

void heed_broken_pipes() {
  std::signal(SIGPIPE, SIG_DFL);
}

ThreadsWithoutSignals::ThreadsWithoutSignals() {
  sigset_t all{};
  sigfillset(&all);
  pthread_sigmask(SIG_BLOCK, &all, &mask_before);
}

ThreadsWithoutSignals::~ThreadsWithoutSignals() {
  pthread_sigmask(SIG_SETMASK, &mask_before, nullptr);
}

}  // namespace tracetcp
