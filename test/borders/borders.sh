#!/usr/bin/env bash
# Holds the borders between the parts of the engine by reading their includes and a few words that
# only one part may use. Prints TAP. Usage: borders.sh SOURCE_ROOT
set -euo pipefail
cd "$1"

number=0
failed=0

# border NAME PATTERN ALLOWED...: PATTERN (extended, one line) may stand only in files below ALLOWED.
border() {
  local name=$1 pattern=$2
  shift 2
  local allowed='^('
  allowed+=$(IFS='|' && echo "$*")
  allowed+=')'
  local strays
  strays=$(grep -rnE --include='*.cpp' --include='*.hpp' -- "$pattern" src include | grep -vE "$allowed" || true)
  number=$((number + 1))
  if [[ -z $strays ]]; then
    echo "ok $number - $name"
  else
    echo "not ok $number - $name"
    sed 's/^/# /' <<<"$strays"
    failed=1
  fi
}

border 'only the live link and platform know libpcap' '#include <pcap' src/link/live/ src/platform/linux/pcap_library.cpp src/platform/windows/pcap_library.cpp src/platform/windows/wpcap.cpp
border 'only crafting and sending know libnet' '#include <libnet' src/craft/ src/link/live/sender src/link/live/neighbour_socket src/link/live/windows/arp src/cli/version.cpp
border 'only the live link, recordings, the look-up of names, reports on captures, runs side by side, metrics, standard output and lists that come line by line know threads' 'std::(thread|jthread|mutex|condition_variable|scoped_lock|lock_guard|unique_lock)' src/link/live/ src/link/record/recording_file.hpp src/names/ src/capture/ src/metrics/ src/session/side_by_side src/platform/common/output src/platform/output src/session/line_input
# Not clean yet: what sends, captures and looks up names has its system below a folder of its own, or
# is left out of a build for another system by its meson.build.
border 'only platform includes headers of an operating system' \
  '#include <(unistd|poll|fcntl|dirent|dlfcn|netdb|signal|csignal|termios|pthread|sched|syslog|ifaddrs|glob|pwd|grp|libmnl|seccomp|cap-ng|windows|winsock2|ws2tcpip|iphlpapi|netioapi|ipifcons|shellapi|io|conio|(sys|net|netinet|arpa|linux|bits|asm)/)' \
  src/platform/ src/link/live/ src/names/channel src/names/dns_names src/prober/sockets/ src/cli/full_screen
border 'only platform asks which operating system this is' '#\s*if.*(_WIN32|__linux__|__APPLE__|__FreeBSD__)' src/platform/
border 'only the real time of live runs, the wait for DNS and signals read a clock' '(clock_gettime\(|_clock::now|gettimeofday\()' src/platform/linux/clocks src/platform/linux/interrupt src/platform/windows/ src/names/resolve
border 'only the sandbox knows libseccomp' '#include <seccomp' src/platform/linux/sandbox.cpp
border 'nobody sleeps' '(sleep_for|sleep_until|usleep|nanosleep)\(' none
border 'names of hosts never enter the engine' '#include .*(dns\.hpp|names\.hpp|names/)' src/names/ src/report/ src/session/opened_session src/session/opened_targets src/session/line_traces src/cli/ src/link/sim/ include/tracetcp/
border 'the engine knows no report and no command line' '#include ("report/|<tracetcp/(report|page)|"cli/)' src/report/ src/session/examine src/session/own_control src/session/page_traces src/cli/ include/tracetcp/page include/tracetcp/tracetcp
border 'only the metrics know prometheus-cpp' '#include <prometheus' src/metrics/
border 'only the simulator knows the format of its files' '#include <toml' src/link/sim/
border 'only reports, and what reads them back, know the format of their output' '#include <nlohmann' src/report/ src/compare/read_recorded
border 'only platform and the parts that do I/O throw system errors' 'Error::system' src/platform/ src/session/flow_survey src/link/ src/prober/sockets/ src/names/ src/savefile/ src/cli/ src/core/error.cpp include/tracetcp/error.hpp
border 'the command line knows no thread, socket or route' '#include (<thread>|<mutex>|<sys/socket|<netinet|"(link|prober)/|"platform/(route|source_ports|neighbour|netlink))' 'src/[^c]' 'src/c[^l]' include/
border 'no buffer is cast to a struct in the engine' 'reinterpret_cast' src/platform/ src/link/live/ src/prober/sockets/ src/names/
echo "1..$number"
exit $failed
