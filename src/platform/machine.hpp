#pragma once

#include <string>
#include <vector>

namespace tracetcp {

/// What of this machine decides which methods work for this process.
struct Machine {
  unsigned user = 0;          ///< effective user id
  bool has_net_raw = false;   ///< CAP_NET_RAW is effective
  bool may_net_raw = false;   ///< a program with that file capability would get it: capabilities(7)
  bool no_new_privs = false;  ///< setcap and setuid have no effect (prctl(2))
  bool first_user_ns = true;  ///< the user namespace that the machine began with
  std::string container;      ///< what looks like one; empty: nothing does
  int seccomp = 0;            ///< 0 no filter, 1 strict, 2 filter, as /proc/self/status has it
  std::string program;        ///< path of the running program
  std::vector<std::string> dns_servers;  ///< of /etc/resolv.conf
};

/// Looks at /proc, /run and /etc. What can't be read stays as it is above.
Machine look_at_machine();

}  // namespace tracetcp
