// A test of your own code, fed with what a capture holds instead of a network.  alarm_test
// FILE.pcap
#include <tracetcp/tracetcp.hpp>

#include <cstdio>

// The code to test: is this a reason to call the people who run the firewall?
static bool is_alarm(const tracetcp::Trace& trace) {
  return trace.verdict.state == tracetcp::State::silent ||
         trace.verdict.state == tracetcp::State::rejected;
}

int main(int argc, char** argv) {
  if (argc != 2) return 2;
  int alarms = 0;
  for (const auto& found : tracetcp::read_capture(argv[1])) alarms += is_alarm(found.trace);
  std::printf("%d\n", alarms);
  return alarms == 1 ? 0 : 1;
}
