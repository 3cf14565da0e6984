#include "link/live/own_syn.hpp"
#include "link/live/sender.hpp"
#include "platform/send_remedy.hpp"

#include <tracetcp/error.hpp>

#include <cerrno>

namespace tracetcp {

Error unsent(Bytes packet, int code) {
  return Error::system("cannot send a SYN to " + OwnSyn(packet).target().text(), code,
                       send_remedy(code));
}

int failure_to_send(int sent, std::size_t size, Bytes packet) {
  if (sent == static_cast<int>(size)) return 0;
  const int code = errno;
  if (may_pass(code) || is_refusal(code)) return code;
  throw unsent(packet, code);
}

}  // namespace tracetcp
