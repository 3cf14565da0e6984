// Traces a port and prints each hop as soon as it is settled.  live HOST PORT
#include <tracetcp/tracetcp.hpp>

#include <cstdio>
#include <cstdlib>

int main(int argc, char** argv) {
  if (argc != 3) return 2;
  try {
    tracetcp::SessionOptions options{.host = argv[1]};
    options.ports =
        tracetcp::PortList(tracetcp::Port{static_cast<std::uint16_t>(std::atoi(argv[2]))});
    tracetcp::Session session(options);
    const auto traces = session.run([](const tracetcp::Trace&, const tracetcp::Hop& hop) {
      const tracetcp::Reply* reply = hop.probes.empty() ? nullptr : hop.probes.front().answer();
      std::printf("%d %s\n", hop.ttl.value, reply ? reply->from.text().c_str() : "*");
    });
    std::puts(sentence(traces.front()).c_str());
  } catch (const tracetcp::Error& error) {
    std::fprintf(stderr, "%s\n", error.what());
    return 1;
  }
}
