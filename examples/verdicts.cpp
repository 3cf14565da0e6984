// The verdict of each trace in a capture, whichever program made it.  verdicts FILE.pcap
#include <tracetcp/tracetcp.hpp>

#include <cstdio>

int main(int argc, char** argv) {
  if (argc != 2) return 2;
  try {
    for (const tracetcp::FoundTrace& found : tracetcp::read_capture(argv[1])) {
      std::printf("%s:%d: %s\n", found.trace.target.address.text().c_str(),
                  found.trace.target.port.value, sentence(found.trace).c_str());
    }
  } catch (const tracetcp::Error& error) {
    std::fprintf(stderr, "%s\n", error.what());
    return 1;
  }
}
