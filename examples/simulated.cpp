// Where is port 135 dropped in a simulated network?  simulated HOST NETWORK.toml
#include <tracetcp/session.hpp>

#include <cstdio>

int main(int, char** argv) {
  tracetcp::SessionOptions options{.host = argv[1], .sim_file = argv[2]};
  options.ports = tracetcp::PortList(tracetcp::Port{135});
  for (const auto& trace : tracetcp::Session(options).run()) std::puts(sentence(trace).c_str());
}
