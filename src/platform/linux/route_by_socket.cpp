#include "platform/route_by_socket.hpp"

#include "platform/interfaces.hpp"
#include "platform/socket_name.hpp"

#include <tracetcp/error.hpp>

#include <linux/rtnetlink.h>
#include <net/if.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>

namespace tracetcp {
namespace {

enum class Reach : std::uint8_t { anywhere, on_link };

/// A UDP socket, connected as the question wants; closed when it goes.
class ConnectedSocket {
 public:
  ConnectedSocket(const RouteQuestion& question, Reach reach)
      : fd_(socket(socket_family(question.target.family()), SOCK_DGRAM | SOCK_CLOEXEC, 0)) {
    if (fd_ == -1) throw Error::system("cannot ask the kernel for routes", errno);
    constexpr Port any_port{9};
    const SocketName target({question.target, question.target_port.value_or(any_port)},
                            question.interface_index);
    if (!prepare(question, reach) || connect(fd_, target.get(), target.size()) != 0) {
      failure_ = errno;
    }
  }
  ~ConnectedSocket() { close(fd_); }
  ConnectedSocket(const ConnectedSocket&) = delete;
  ConnectedSocket& operator=(const ConnectedSocket&) = delete;

  [[nodiscard]] int failure() const { return failure_; }

  [[nodiscard]] Address source() const {
    const auto end = own_end(fd_);
    return end ? end->address : Address();
  }

 private:
  bool prepare(const RouteQuestion& question, Reach reach) const {
    const int yes = 1;
    if (reach == Reach::on_link) setsockopt(fd_, SOL_SOCKET, SO_DONTROUTE, &yes, sizeof yes);
    if (!route_by(fd_, question.target.family(), question.interface_index)) return false;
    if (!question.source) return true;
    const SocketName name({*question.source, Port{}}, question.interface_index);
    return bind(fd_, name.get(), name.size()) == 0;
  }

  int fd_;
  int failure_ = 0;
};

bool is_ours(const std::vector<InterfaceAddress>& ours, Address address) {
  return is_loopback(address) || std::any_of(ours.begin(), ours.end(), [&](const auto& entry) {
           return entry.address == address;
         });
}

/// The interface that has the source address; of several the first that leads to the target.
unsigned index_with(const std::vector<InterfaceAddress>& ours, RouteQuestion question) {
  for (const InterfaceAddress& entry : ours) {
    if (entry.address != question.source) continue;
    question.interface_index = if_nametoindex(entry.interface.c_str());
    if (ConnectedSocket(question, Reach::anywhere).failure() == 0) return question.interface_index;
  }
  return 0;
}

}  // namespace

int ask_by_socket(const RouteQuestion& question, RouteAnswer& answer) {
  const ConnectedSocket connected(question, Reach::anywhere);
  if (connected.failure() != 0) return connected.failure();
  const auto ours = interface_addresses();
  answer.source = connected.source();
  if (is_ours(ours, question.target)) {
    answer.type = RTN_LOCAL;
    answer.interface_index = if_nametoindex("lo");
    return 0;
  }
  answer.type = RTN_UNICAST;
  RouteQuestion from_there = question;
  from_there.source = answer.source;
  answer.interface_index =
      question.interface_index != 0 ? question.interface_index : index_with(ours, from_there);
  from_there.interface_index = 0;  // a target is taken to be on the link that is asked for
  if (ConnectedSocket(from_there, Reach::on_link).failure() != 0) answer.gateway = Gateway{};
  return 0;
}

}  // namespace tracetcp
